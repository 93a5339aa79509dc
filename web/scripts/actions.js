// What changes a database.

import {database, el, href, post, problem, replace} from './parts.js'

/** Opens a window that is gone when it closes. */
export function openDialog(title, ...children) {
	const dialog = el('dialog', {'aria-label': title}, el('h2', title), children)
	dialog.onclose = () => dialog.remove()
	document.body.append(dialog)
	dialog.showModal()
}

/** Asks once more, in production always: there the database's name has to be typed. */
export function confirm(what, name, always, then) {
	const {production} = database(name) || {}
	if (!production && !always) return then()
	const yes = el('button.strong', {value: 'yes', disabled: production}, what)
	const oninput = ({target: {value}}) => {yes.disabled = value !== name}
	return openDialog(`${what}?`, el('form', {method: 'dialog', onsubmit: ({submitter}) => submitter.value && then()}, production && [
		el('label', {for: 'name'}, 'This is a ', el('strong.production', 'production'), ' database. Type ', el('b', name), ' to go on:'),
		el('input', {id: 'name', autocomplete: 'off', oninput})], el('p.actions', yes, el('button', 'Cancel'))))
}

/** Asks for work and goes to its operation, or shows in `place` what is wrong. */
export const send = (name, path, body, place) => post(path, {database: name}, body)
	.then(({id}) => {location.hash = href(name, 'operations', id)}, wrong => replace(place, problem(wrong)))
