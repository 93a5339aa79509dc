// What changes a database.

import {database, el, href, post, problem} from './parts.js'

// Opens a window that is gone when it closes.
function openDialog(title, ...children) {
	const dialog = el('dialog', {'aria-label': title}, el('h2', title), children)
	dialog.onclose = () => dialog.remove()
	document.body.append(dialog)
	dialog.showModal()
}

/** Opens one to read. */
export const tell = (title, ...children) => openDialog(title, children, el('form.actions', {method: 'dialog'}, el('button', 'Close')))

/** Asks once more; in production always, and for the database's name. */
export function confirm(what, name, always, then) {
	const {production} = database(name) || {}
	if (!production && !always) return then()
	const yes = el('button.strong', {value: 'yes', disabled: production}, what)
	const oninput = ({target: {value}}) => {yes.disabled = value !== name}
	return openDialog(`${what}?`, el('form', {method: 'dialog', onsubmit: ({submitter}) => submitter.value && then()}, production && [
		el('label', {for: 'name'}, 'This is a ', el('strong.production', 'production'), ' database. Type ', el('b', name), ' to go on:'),
		el('input', {id: 'name', autocomplete: 'off', oninput})], el('p.actions', yes, el('button', 'Cancel'))))
}

const refusal = wrong => tell('Refused', problem(wrong))

/** Asks for work and goes to its operation. */
export const send = (name, path, body, refused = refusal) => post(path, {database: name}, body)
	.then(({id}) => {location.hash = href(name, 'operations', id)}, refused)

/** Puts right what apply refuses, once confirmed. */
export const repair = (what, name, body) => el('button', {onclick: () => confirm(what, name, true, () => send(name, '/repair', body))}, what)
