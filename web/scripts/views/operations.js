import {badge, by, el, empty, get, operationLink, outcome, page, paging, quiet, table, time, took} from '../parts.js'

const row = (name, one) => [one.id, time(one.created_at, true), [operationLink(name, one), ' ', quiet(one.error?.detail)], badge(one.state), outcome(one), took(one), by(one.actor, one.address)]

/** A view. */
export const view = (root, {name, query: {before}}) => page(root, name, () => get('/operations', {database: name, limit: 50, before}),
	({operations, next}) => [el('h1', 'Operations'), operations.length
		? table('Operations', ['Asked for', 'What', 'State', 'Result', 'Took', 'By'], operations.map(one => row(name, one)))
		: empty('Nobody has asked for anything here yet.'), paging(name, 'operations', before, next)])
