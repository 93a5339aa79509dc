import {badge, by, duration, el, empty, get, href, links, page, paging, quiet, table, time} from '../parts.js'

/** Rows of the history, with the messages of revisions. */
export const historyTable = (name, rows, messages) => table('History', ['When', 'Revision', 'Outcome', 'Took', 'By', 'Operation'], rows.map(row => [
	row.id, time(row.started_at, true), [row.revision ? links(name, [row.revision]) : 'base ', quiet(messages?.get(row.revision)), row.error && el('pre.error', {tabindex: 0}, row.error)],
	[badge(row.outcome), row.direction === 'downgrade' && quiet(' downgrade')], duration(row.duration_ms), by(row.actor, row.host),
	row.operation && el('a.id', {href: href(name, 'operations', row.operation)}, row.operation.slice(0, 8))]))

/** A view. */
export function view(root, {name, query: {before}}) {
	const load = () => Promise.all([get('/history', {database: name, limit: 50, before}), get('/revisions', {database: name})])
	return page(root, name, load, ([{history: rows, next}, {revisions}]) => [el('h1', 'History'),
		rows.length ? historyTable(name, rows, new Map(revisions.map(one => [one.revision, one.message])))
			: empty('Nothing was done here yet.'),
		paging(name, 'history', before, next)])
}
