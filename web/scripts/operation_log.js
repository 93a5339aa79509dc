// The events of an operation → what it has done so far. Pure.

import {isJourney} from './words.js'

/** `elapsed` of its steps is null until they finish, `ended` says how one stopped before. */
export const emptyLog = () => ({last: 0, operation: {}, steps: [], before: 0, remarks: []})

const finished = ({steps}) => steps.filter(one => one.elapsed !== null).length

/** Adds an event. Returns the step that changed. */
export function take(log, {id, at, type, data}) {
	const {operation, steps} = log
	const step = steps.at(-1)
	if (id <= log.last) return undefined
	log.last = id
	const running = step?.elapsed === null && !step.ended && step
	if (type === 'accepted') Object.assign(operation, data, {created_at: at})
	else if (type === 'started') {
		// Again, by the next leader: it counts what is left from 1.
		Object.assign(operation, data, {state: 'running', started_at: operation.started_at || at})
		log.before = finished(log)
		if (running) running.ended = 'interrupted'
	} else if (type === 'finished') {
		Object.assign(operation, data, {finished_at: at})
		if (running) running.ended = data.state
	} else if (type === 'statement_begins') step?.statements.push({...data, at})
	else if (type === 'statement_ends') Object.assign(step?.statements.at(-1) || {}, data, {done: true})
	else if (type === 'step_ends') Object.assign(step || {}, {elapsed: data.elapsed_ms})
	else if (type === 'step_begins') {
		if (running?.revision !== data.revision) {
			steps.push({...data, number: data.number + log.before, of: data.of + log.before, at, elapsed: null, statements: [], remarks: []})
		}
	} else {
		// A retry has rolled the transaction back.
		if (type === 'retrying' && running) running.statements = running.statements.filter(one => one.done && !running.transaction)
		const {remarks} = running || log
		remarks.push({at, type, data, after: running?.statements?.length})
	}
	return steps.at(-1)
}

/** In revisions; of 0 when it has none to go through. */
export const progress = log => ({
	done: finished(log),
	of: log.steps.at(-1)?.of || (isJourney(log.operation.kind) ? log.operation.revisions.length : 0),
})
