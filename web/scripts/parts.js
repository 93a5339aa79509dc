// The pieces that pages are made of.

import {el, replace} from './dom.js'
import {ago, caret, localTime} from './format.js'
import {lines} from './sql.js'
import {database, watch} from './store.js'
import {words} from './words.js'

export * from './dom.js'
export * from './format.js'

const CIRCLE = 'M8 3a5 5 0 1 0 0 10a5 5 0 1 0 0-10'
const SHAPES = {  // what is filled, what is drawn, on 16 × 16
	full: [CIRCLE],
	ring: ['M8 5.5a2.5 2.5 0 1 0 0 5a2.5 2.5 0 1 0 0-5', 'M8 2a6 6 0 1 0 0 12a6 6 0 1 0 0-12'],
	dash: ['', CIRCLE],
	hollow: ['', CIRCLE],
	diamond: ['M8 2l6 6l-6 6l-6-6z'],
	up: ['M8 2.5l6 10.5h-12z'],
	check: ['', 'M2.5 8.5l3.5 4l7.5-9'],
	cross: ['', 'M3.5 3.5l9 9M12.5 3.5l-9 9'],
	alert: ['', 'M8 2l6.5 11.5h-13zM8 6.5v3.5M8 11.4v.8'],
	bar: ['', `${CIRCLE}M5.5 8h5`],
	turn: ['', 'M8 2.5a5.5 5.5 0 1 0 5.5 5.5'],
}

/** @param {string} state @param {Object} [more] attributes */
export function glyph(state, more) {
	const {tone, shape} = words(state)
	const [filled, drawn] = SHAPES[shape]
	return el(`svg.glyph.${tone}.${shape}`, {viewBox: '0 0 16 16', 'aria-hidden': 'true', ...more},
		filled && el('path', {d: filled}), drawn && el('path.drawn', {d: drawn}))
}

/** @param {string} state @param {string} [word] */
export const badge = (state, word) => el(`span.badge.${words(state).tone}`, glyph(state), word || words(state).word)

/** @type {((...children: any[]) => Element)[]} */
export const [quiet, code, empty] = ['span.quiet', 'code', 'p.empty'].map(name => (...children) => el(name, children))

/** @param {string} tone @param {string} title @param {...any} children */
export const flash = (tone, title, ...children) => el(`div.flash.${tone}`, {role: tone === 'bad' && 'alert'}, el('p.title', title), children)

/** @param {string|null} iso @param {boolean} [exact] or how long ago */
export function time(iso, exact) {
	const both = iso ? [ago(iso, Date.now()), localTime(iso)] : ['']
	if (exact) both.reverse()
	return both[0] && el('time', {datetime: iso, title: both[1]}, both[0])
}

/** @param {string} name of the database @param {string} page @param {string} [id] @param {Object} [query] */
export const href = (name, page, id, query) => `#/${[name, page, id].filter(Boolean).map(encodeURIComponent).join('/')}${
	query ? `?${new URLSearchParams(query)}` : ''}`

/** @param {string} name @param {string[]} ids */
export const links = (name, ids) => ids.map(id => [el('a.id', {href: href(name, 'revisions', id)}, id), ' '])

/** @param {string} title @param {string[]} columns '#…' aligns numbers @param {any[][]} rows key, cells */
export function table(title, columns, rows) {
	const about = column => ({class: column[0] === '#' && 'number', 'data-name': column.replace('#', '')})
	return el('table', {'aria-label': title},
		el('thead', el('tr', columns.map(column => el('th', {scope: 'col', ...about(column)}, column.replace('#', ''))))),
		el('tbody', rows.map(([key, ...cells]) => el('tr', {'data-key': key}, cells.map((cell, at) => el('td', about(columns[at]), cell))))))
}

/** @param {Object} given what has no value is left out */
export const facts = given => el('dl.facts', Object.entries(given).map(([name, value]) => value && el('div', el('dt', name), el('dd', value))))

/** @param {Object} given words → address */
export const pages = given => el('p.actions', Object.entries(given).map(([word, to]) => to && el('a.button', {href: to}, word)))

/** @param {string} sql @param {number} first its line in the file */
export const listing = (sql, first) => el('pre.sql', {tabindex: 0},
	lines(sql.trimEnd()).map((parts, at) => el('code.line', {'data-line': first + at}, parts.map(({kind, text}) => el(`span.${kind}`, text)), '\n')))

/** @param {any} one a diagnostic */
export const diagnostic = one => el('div', one.file && quiet([one.file, one.line, one.column].filter(Boolean).join(':')), el('p', one.message),
	one.text && el('pre', {tabindex: 0}, one.column ? caret(one.text, one.column, one.width) : one.text), one.hint && el('p.hint', one.hint))

/** @param {any} error of request(), or an operation's */
export function problem(error) {
	const {title, detail, diagnostics = [], hint} = error.problem || error
	const [first = {}] = diagnostics
	return flash('bad', title, detail !== first.message && el('p', detail), diagnostics.map(diagnostic), hint !== first.hint && hint && el('p.hint', hint))
}

/**
 * A page that is read and drawn again whenever something about its database changes.
 * @param {Element} root @param {string} name @param {() => Promise<any>} load @param {(value: any) => any} draw
 * @returns {() => void} ends it
 */
export function page(root, name, load, draw) {
	let seen
	let drawn = false
	const look = async () => {
		const stand = JSON.stringify({...database(name), as_of: 0})
		if (stand === seen) return
		seen = stand
		try {
			const value = await load()
			if (seen !== null) replace(root, draw(value))
			drawn = true
		} catch (error) {
			if (seen === null) return
			if (!drawn || error.status) replace(root, el('h1', name), problem(error))
			seen = ''  // asks again
		}
	}
	const end = watch(look)
	look()
	return () => {
		seen = null
		end()
	}
}
