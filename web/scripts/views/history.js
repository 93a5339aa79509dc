import {badge, by, duration, el, href, links, longList, quiet, table, time} from '../parts.js'

/** History rows. */
export const historyTable = (name, rows) => table('History', ['When', 'Revision', 'Outcome', 'Took', 'By', 'Operation'], rows.map(row => [
	row.id, time(row.started_at, true), [row.revision ? links(name, [row.revision]) : 'base ', quiet(row.message), row.error && el('pre.error', {tabindex: 0}, row.error)],
	[badge(row.outcome), row.direction === 'downgrade' && quiet(' downgrade')], duration(row.duration_ms), by(row.actor, row.address || row.host),
	row.operation && el('a.id', {href: href(name, 'operations', row.operation)}, row.operation.slice(0, 8))]))

export const view = (root, params) => longList(root, params, historyTable, 'Nothing was done yet.')
