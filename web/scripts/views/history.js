import {get} from '../api.js'
import {badge, duration, el, empty, href, links, page, pages, quiet, table, time, took} from '../parts.js'
import {operationLink} from './overview.js'

/** @param {string} name @param {any[]} rows @param {Map<string, string>} [messages] of revisions */
export const historyTable = (name, rows, messages) => table('History', ['When', 'Revision', 'Outcome', '#Took', 'By', 'Operation'], rows.map(row => [
	row.id, time(row.started_at, true), [row.revision ? links(name, [row.revision]) : 'base ', quiet(messages?.get(row.revision)), row.error && el('pre.error', {tabindex: 0}, row.error)],
	[badge(row.outcome), row.direction === 'downgrade' && quiet(' downgrade')], duration(row.duration_ms), [row.actor, quiet(` from ${row.host}`)],
	row.operation && el('a.id', {href: href(name, 'history', row.operation)}, row.operation.slice(0, 8))]))

const operationTable = (name, all) => table('Operations', ['Asked for', 'What', 'State', '#Took', '#Revisions', 'By'], all.map(one => [
	one.id, time(one.created_at, true), [operationLink(name, one), ' ', quiet(one.error?.detail)], badge(one.state), took(one), `${one.applied.length} of ${one.revisions.length}`,
	[one.actor, one.address && quiet(` from ${one.address}`)]]))

/** @param {Element} root @param {Object} params */
export function historyView(root, {name, query: {before}}) {
	const load = () => Promise.all([get('/history', {database: name, limit: 50, before}), get('/operations', {database: name, limit: 10}), get('/revisions', {database: name})])
	return page(root, name, load, ([{history: rows, next}, {operations}, {revisions}]) => [el('h1', 'History'),
		!before && operations.length > 0 && [operationTable(name, operations), el('h2', 'Revisions')],
		rows.length ? historyTable(name, rows, new Map(revisions.map(one => [one.revision, one.message])))
			: empty('Nothing was done here yet. An upgrade, a downgrade or a stamp leaves its entries.'),
		pages({Newest: before && href(name, 'history'), Older: next && href(name, 'history', '', {before: next})})])
}
