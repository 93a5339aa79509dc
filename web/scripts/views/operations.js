import {badge, by, longList, operationLink, outcome, quiet, table, time, took} from '../parts.js'

const operationTable = (name, rows) => table('Operations', ['Asked for', 'What', 'State', 'Result', 'Took', 'By'], rows.map(one => [
	one.id, time(one.created_at, true), [operationLink(name, one), ' ', quiet(one.error?.detail)], badge(one.state), outcome(one), took(one), by(one.actor, one.address)]))

export const view = (root, params) => longList(root, params, operationTable, 'Nobody has asked for anything here yet.')
