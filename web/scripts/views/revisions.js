import {layout} from '../graph_layout.js'
import {repair} from '../actions.js'
import {isTaken} from '../keys.js'
import {badge, count, database, el, empty, facts, get, glyph, href, page, quiet, replace, time} from '../parts.js'
import {standing, troubles} from './overview.js'

const SPARE = 12  // rows made above and below the screen
const WIDEST = 240  // px
const unknown = {message: 'in no file here', state: 'ahead', branch_labels: [], down_revisions: [], dependencies: []}

const holds = (one, text) => {
	const all = [one.revision, one.message, one.state, one.file, ...one.branch_labels].join(' ').toLowerCase()
	return text.toLowerCase().split(' ').every(word => all.includes(word))
}

/** The graph, in a box of its full height, where only rows on the screen are made. */
export function view(root, {name, query: {q}}) {
	const svg = el('svg.lanes', {'aria-hidden': 'true'})
	const body = el('tbody')
	const grid = el('table', {'aria-label': 'Revisions'}, body)
	const box = el('div.graph', {'data-key': 'graph'}, svg, grid)
	const found = el('span.quiet', {role: 'status'})
	const none = empty()
	let all = []
	let rows = []
	let text = q || ''
	let active = 0
	let plan, height, gap, shown

	const x = lane => 10 + lane * gap
	const y = row => (row + 0.5) * height

	function drawLines(first, last) {
		const paths = {}
		for (const one of plan.lines) {
			if (one.top > last || one.bottom < first) continue
			const style = one.kind === 'parent' && rows[one.source].state === 'pending' ? 'waiting' : one.kind
			const [from, to, top, bottom] = [x(one.from), x(one.to), y(Math.max(one.top, first - 1)), y(Math.min(one.bottom, last + 1))]
			paths[style] = `${paths[style] || ''}M${from} ${top}${one.turn ? `C${from} ${bottom - height / 2} ${to} ${top + height / 2} ${to} ${bottom}`
				: `V${bottom}${from === to || one.bottom > last ? '' : `H${to + Math.sign(from - to) * 7}`}`}`
		}
		return Object.entries(paths).map(([style, d]) => el(`path.${style}`, {d}))
	}
	const drawRow = (one, row) => el('tr', {'data-key': one.revision, 'aria-rowindex': row + 1, style: `top:${row * height}px`},
		el('td', el('a.id', {href: href(name, 'revisions', one.revision), 'data-row': row, tabindex: row === active ? 0 : -1}, one.revision)),
		el('td.message', one.branch_labels.map(label => el('span.tag.label', label)), one.message,
			one.head && el('span.tag', 'head'), one.transaction === false && el('span.tag', 'no transaction'),
			one.dependencies.map(id => el('span.tag', 'depends on ', id)), el('span.unseen', one.down_revisions[0] && `, after ${one.down_revisions.join(' and ')}`)),
		el('td', badge(one.state)), el('td.when', 'made ', time(one.created)))

	function draw(always) {
		const {top} = box.getBoundingClientRect()
		const first = Math.max(0, Math.floor(-top / height) - SPARE)
		const last = Math.min(rows.length - 1, Math.ceil((innerHeight - top) / height) + SPARE)
		if (!always && Math.abs(first - shown) < SPARE / 2) return
		shown = first
		const visible = rows.slice(first, last + 1)
		replace(body, visible.map((one, at) => drawRow(one, first + at)))
		svg.replaceChildren(...drawLines(first, last), ...visible.map((one, at) => glyph(one.state, {
			width: 16, height: 16, x: x(plan.lane[first + at]) - 8, y: y(first + at) - 8})))
	}
	function measure() {
		height = parseInt(getComputedStyle(box).getPropertyValue('--row'))
		gap = Math.max(4, Math.min(16, WIDEST / plan.lanes, innerWidth / 4 / plan.lanes))
		box.style.height = `${rows.length * height}px`
		box.style.setProperty('--lanes', `${Math.min(WIDEST, x(plan.lanes))}px`)
		draw(true)
	}
	function show() {
		rows = text ? all.filter(one => holds(one, text)) : all
		plan = layout(rows)
		active = Math.max(0, Math.min(active, rows.length - 1))
		grid.setAttribute('aria-rowcount', rows.length)
		found.textContent = `${text ? `${rows.length} of ` : ''}${count(all.length, 'revision')}`
		none.textContent = rows.length ? '' : text ? `No revision has “${text}”.`
			: 'No revision yet. “revisiond revision” makes the first.'
		measure()
		if (q === '') bar.firstChild.focus()
		q = null
	}
	function move(event) {
		if (!rows.length || isTaken(event)) return
		const inside = box.contains(event.target)
		const screen = Math.floor(innerHeight / height) - 4
		const by = {j: 1, k: -1, ...(inside && {ArrowDown: 1, ArrowUp: -1, PageDown: screen, PageUp: -screen, Home: -Infinity, End: Infinity})}[event.key]
		if (!by) return
		event.preventDefault()
		if (inside) active = Math.max(0, Math.min(rows.length - 1, active + by))
		const top = box.getBoundingClientRect().top + active * height
		scrollBy(0, Math.min(0, top - 120) || Math.max(0, top - innerHeight + 2 * height))
		draw(true)
		body.querySelector(`[data-row="${active}"]`).focus({preventScroll: true})
	}
	body.addEventListener('focusin', ({target}) => {active = Number(target.dataset.row)})
	const oninput = ({target}) => {
		text = target.value
		history.replaceState(null, '', href(name, 'revisions', '', text && {q: text}))
		show()
	}
	const bar = el('div.actions', {'data-key': 'bar'},
		el('input', {type: 'search', 'aria-label': 'Search', placeholder: 'id, message, state', value: text, oninput}), found,
		Object.entries({down_revision: 'parent', pending: 'waiting', depends_on: 'dependency', merge: 'parent'}).map(([word, style]) =>
			el('span.figures', el('svg.key', {'aria-hidden': 'true'}, el(`path.${style}`, {d: word === 'merge' ? 'M8 0V12M8 0C8 7 24 5 24 12' : 'M0 6H32'})), word)))
	const end = page(root, name, () => get('/revisions', {database: name}), ({revisions, ahead = []}) => {
		const one = database(name)
		const [At, Pending, Leader] = one ? standing(one) : []
		all = [...ahead.map(row => ({...unknown, ...row})), ...revisions]
		queueMicrotask(show)
		return [el('h1.unseen', 'Revisions'), one && [facts({At, Applied: `${one.applied} of ${one.revisions}`, Pending, Leader, Mode: one.mode}), troubles(one)],
			one?.modified > 1 && el('p.actions', repair('Accept all changed files', name, {accept: 'all'})), bar, box, none]
	})
	const gone = new AbortController()
	const listen = (type, heard) => addEventListener(type, heard, {signal: gone.signal})
	listen('keydown', move)
	listen('scroll', () => plan && draw())
	listen('resize', () => plan && measure())
	return () => {
		end()
		gone.abort()
	}
}
