import {el, flash, quiet} from '../parts.js'

export function view(root, {reason, enter}) {
	const field = el('input', {id: 'token', type: 'password', autocomplete: 'off', required: true})
	const onsubmit = event => {
		event.preventDefault()
		enter(field.value.trim())
	}
	root.append(el('form.sign-in', {onsubmit}, el('h1', 'Sign in'), reason && flash('bad', reason),
		el('label', {for: 'token'}, 'Token'), field,
		quiet('Made by “revisiond token new”.'), el('button.strong', 'Sign in')))
	field.focus()
}
