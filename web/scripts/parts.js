// The pieces that pages are made of.

import {get, now} from './api.js'
import {el, replace} from './dom.js'
import {ago, caret, localTime} from './format.js'
import {lines} from './sql.js'
import {database, watch} from './store.js'
import {titleOf, words} from './words.js'

export * from './api.js'
export * from './dom.js'
export * from './format.js'
export * from './store.js'
export * from './words.js'

const CIRCLE = 'M8 3a5 5 0 1 0 0 10a5 5 0 1 0 0-10'
const SHAPES = {  // filled, drawn
	full: [CIRCLE],
	ring: ['M8 6a2 2 0 1 0 0 4a2 2 0 1 0 0-4', CIRCLE],
	dash: ['', CIRCLE],
	hollow: ['', CIRCLE],
	diamond: ['M8 2l6 6l-6 6l-6-6z'],
	up: ['M8 2.5l6 10.5h-12z'],
	check: ['', 'M2.5 8.5l3.5 4l7.5-9'],
	cross: ['', 'M3.5 3.5l9 9M12.5 3.5l-9 9'],
	alert: ['', 'M8 2l6.5 11.5h-13zM8 6.5v3.5M8 11.4v.8'],
	turn: ['', 'M8 2.5a5.5 5.5 0 1 0 5.5 5.5'],
}

/** The shape of a state. */
export function glyph(state, more) {
	const {tone, shape} = words(state)
	const [filled, drawn] = SHAPES[shape]
	return el(`svg.glyph.${tone}.${shape}`, {viewBox: '0 0 16 16', 'aria-hidden': 'true', ...more},
		filled && el('path', {d: filled}), drawn && el('path.drawn', {d: drawn}))
}

/** A state as a chip. */
export const badge = (state, word) => el(`span.badge.${words(state).tone}`, glyph(state), word || words(state).word)

/** Small elements. */
export const [quiet, code, empty] = ['span.quiet', 'code', 'p.empty'].map(name => (...children) => el(name, children))

/** What a person should see. */
export const flash = (tone, title, ...children) => el(`div.flash.${tone}`, {role: tone === 'bad' && 'alert'}, title && el('p.title', title), children)

/** Exact, or how long ago. */
export const time = (iso, exact) => iso && el('time', {datetime: iso, title: localTime(iso)}, exact ? localTime(iso) : ago(iso, now()))

/** The address of a page. */
export const href = (name, page, id, query) => `#/${[name, page, id].filter(Boolean).map(encodeURIComponent).join('/')}${
	query ? `?${new URLSearchParams(query)}` : ''}`

/** To revisions. */
export const links = (name, ids) => ids.map(id => [el('a.id', {href: href(name, 'revisions', id)}, id), ' '])

/** Rows are a key, then cells. */
export const table = (title, columns, rows) => el('table', {'aria-label': title},
	el('thead', el('tr', columns.map(column => el('th', {scope: 'col'}, column)))),
	el('tbody', rows.map(([key, ...cells]) => el('tr', {'data-key': key}, cells.map((cell, at) => el('td', {'data-name': columns[at]}, cell))))))

/** What has no value is left out. */
export const facts = given => el('dl.facts', Object.entries(given).map(([name, value]) => value && el('div', el('dt', name), el('dd', value))))

/** Words → addresses. */
export const pages = given => el('p.actions', Object.entries(given).map(([word, to]) => to && el('a.button', {href: to}, word)))

/** To an operation. */
export const operationLink = (name, one) => el('a', {href: href(name, 'operations', one.id)}, titleOf(one))

/** Who asked. */
export const by = (actor, from) => actor && [actor, from && quiet(` from ${from}`)]

/** SQL by line, from the line `first` of a file; `marks`: elements of lines. */
export const listing = (sql, first, marks = []) => el('pre.sql', {tabindex: 0}, lines(sql.trimEnd()).map((parts, at) =>
	el('code.line', {'data-line': first + at}, el(marks[at] || 'span', parts.map(({kind, text}) => el(`span.${kind}`, text))), '\n')))

/** A diagnostic. */
export const diagnostic = one => el('div', one.file && quiet([one.file, one.line, one.column].filter(Boolean).join(':')), el('p', one.message),
	one.text && el('pre', {tabindex: 0}, one.column ? caret(one.text, one.column, one.width) : one.text), one.hint && el('p.hint', one.hint))

/** An error of request(), whose title is its status, or an operation's. */
export function problem(error) {
	const {title, detail, diagnostics = [], hint} = error.problem || error
	const [first = {}] = diagnostics
	return flash('bad', detail && error.problem ? '' : title, detail !== first.message && el('p', detail), diagnostics.map(diagnostic), hint !== first.hint && hint && el('p.hint', hint))
}

/** A page of a long list, newest first. */
export const longList = (root, {name, page: list, query: {before}}, draw, none) => page(root, name, () => get(`/${list}`, {database: name, limit: 50, before}),
	({[list]: rows, next}) => [el('h1', list), rows.length ? draw(name, rows) : empty(none),
		pages({Newest: before && href(name, list), Older: next && href(name, list, '', {before: next})})])

/** A page that is read and drawn again whenever something about its database changes. */
export function page(root, name, load, draw) {
	let seen, drawn, ended
	const look = async () => {
		const stand = JSON.stringify({...database(name), as_of: 0})
		if (stand === seen) return
		seen = stand
		try {
			const value = await load()
			if (ended) return
			replace(root, draw(value))
			drawn = true
		} catch (error) {
			if (!ended && (!drawn || error.status)) replace(root, el('h1', name), problem(error))
			seen = ''  // asks again
		}
	}
	const end = watch(look)
	look()
	return () => {
		ended = true
		end()
	}
}
