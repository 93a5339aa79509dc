import {el, flash, quiet} from '../parts.js'

/** @param {Element} root @param {Object} params */
export function signInView(root, {reason, enter}) {
	const field = el('input', {id: 'token', type: 'password', autocomplete: 'off', required: true})
	const onsubmit = event => {
		event.preventDefault()
		enter(field.value.trim())
	}
	root.append(el('form.sign-in', {'data-sign-in': true, onsubmit}, el('h1', 'Sign in'), reason && flash('bad', reason),
		el('label', {for: 'token'}, 'Token'), field,
		quiet('Made by “revisiond token new”. It stays in this tab until you sign out or close it.'), el('button.strong', 'Sign in')))
	field.focus()
}
