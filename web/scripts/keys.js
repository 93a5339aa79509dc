// The keyboard.

import {tell} from './actions.js'
import {facts, href} from './parts.js'

const LIST = {'g o': 'all databases', 'g r': 'revisions', 'g p': 'plan', 'g q': 'operations', 'g h': 'history', 'g d': 'drift',
	'/': 'search the revisions', 'j k': 'next, previous revision', '?': 'this list'}

/** Shows the list. */
export const showKeys = () => tell('Keyboard shortcuts', facts(LIST))

/** Whether a key is meant for a field or the browser. */
export const isTaken = ({target, ctrlKey, metaKey, altKey}) => ctrlKey || metaKey || altKey
	|| target.matches?.('input:not([type=checkbox]), select') || document.querySelector('dialog[open], .sign-in')

/** Obeys them; `name` tells the page's database. */
export function listenToKeys(name) {
	let going = false
	addEventListener('keydown', event => {
		const {key, target} = event
		if (key === 'Escape' && target.matches?.('[type=search]')) {
			event.preventDefault()  // which would empty a search without a word
			target.blur()
		}
		if (isTaken(event)) return
		const page = going && LIST[`g ${key}`]
		if (page) location.hash = key === 'o' ? '#/' : href(name(), page)
		going = key === 'g'
		if (key === '?') showKeys()
		if (key !== '/') return
		event.preventDefault()
		const search = document.querySelector('[type=search]')
		if (search) search.focus()
		else location.hash = href(name(), 'revisions', '', {q: ''})
	})
}
