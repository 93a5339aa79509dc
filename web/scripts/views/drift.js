import {send} from '../actions.js'
import {merge} from '../line_diff.js'
import {badge, code, database, el, empty, facts, flash, get, links, listing, operationLink, outcome, page, quiet, time} from '../parts.js'

const OPEN = 12
const STATES = {create: 'extra', drop: 'missing', alter: 'changed', replace: 'changed'}

const change = ({type, kind, object, properties = []}) => [badge(STATES[type]), ' ', quiet(kind), ' ', code(object), quiet(' ', properties.join(', '))]

function comparison({expected, actual}) {
	const merged = merge(expected, actual)
	return listing(merged.map(([, line]) => line).join('\n'), 1, merged.map(([mark]) => mark))
}

// An object with all that belongs to it; its SQL is made when it is opened.
function differenceOf(one, open) {
	const {type, changes} = one
	const node = el('details.step', {open, 'data-key': `${one.kind} ${one.object}`}, el('summary', change(one)), type === 'alter' && el('ul', changes.map(each => el('li', change(each)))))
	node.ontoggle = () => node.open && !node.querySelector('pre') && node.append(comparison(one))
	node.ontoggle()
	return node
}

export function view(root, {name}) {
	let last = {}  // its elements stay while it is the last one
	async function load() {
		const found = await get('/drift', {database: name}).catch(error => {
			if (!/compar/.test(error.problem?.code)) throw error
		})
		if (found && found.operation.id !== last.operation?.id) last = {...found, nodes: found.differences.map((one, at) => differenceOf(one, at < OPEN))}
		return last
	}
	return page(root, name, load, ({operation, compared_at: at, rows, inexpressible, nodes}) => [el('h1', 'Drift'),
		el('p.actions', el('button.strong', {onclick: () => send(name, '/drift', {}), disabled: database(name)?.running?.kind === 'drift'}, 'Compare now')),
		operation ? [facts({Found: outcome({kind: 'drift', result: last}), Compared: time(at), At: rows[0] ? links(name, rows) : 'base', Operation: operationLink(name, operation)}),
			inexpressible[0] && flash('warn', 'Different in what has no SQL', inexpressible.map(one => el('p', one))), nodes[0] && el('p.actions.quiet', el('del', 'in the revisions'), el('ins', 'as it is')), nodes] : empty('It has not been compared yet.')])
}
