// Keyboard shortcuts, and the list of them.

import {el, href} from './parts.js'

const GO = {r: 'revisions', p: 'plan', h: 'history'}
const LIST = {'g o': 'All databases', 'g r': 'Revisions', 'g p': 'Plan', 'g h': 'History', '/': 'Search the revisions',
	'j k': 'Next, previous revision', '?': 'This list', Esc: 'Leave the search, close a window'}

/** Opens a window that is gone when it closes. @param {string} title @param {...any} children */
export function openDialog(title, ...children) {
	const dialog = el('dialog', {'aria-labelledby': 'dialog'}, el('h2', {id: 'dialog'}, title), children)
	dialog.onclose = () => dialog.remove()
	document.body.append(dialog)
	dialog.showModal()
}

/** Shows the list. */
export const showKeys = () => openDialog('Keyboard shortcuts',
	el('dl', Object.entries(LIST).map(([keys, what]) => el('div', el('dt', keys.split(' ').map(key => [el('kbd', key), ' '])), el('dd', what)))),
	el('form', {method: 'dialog'}, el('button', 'Close')))

/** Whether a key is meant for a field or the browser. @param {KeyboardEvent} event */
export const isTaken = ({target, ctrlKey, metaKey, altKey}) => ctrlKey || metaKey || altKey
	|| target.matches?.('input:not([type=checkbox]), select') || document.querySelector('dialog[open], .sign-in')

/** @param {() => string} name of the database that pages are about */
export function listenToKeys(name) {
	let going = false
	addEventListener('keydown', event => {
		const {key, target} = event
		if (key === 'Escape' && target.matches?.('[type=search]')) {
			event.preventDefault()  // which would empty a search without a word
			target.blur()
		}
		if (isTaken(event)) return
		if (going && key === 'o') location.hash = '#/'
		if (going && GO[key]) location.hash = href(name(), GO[key])
		going = key === 'g'
		if (key === '?') showKeys()
		if (key !== '/') return
		event.preventDefault()
		const search = document.querySelector('[type=search]')
		if (search) search.focus()
		else location.hash = href(name(), 'revisions', '', {q: ''})
	})
}
