// The events of an operation → what it has done so far. Pure: the same log live, after a reload, or twice.

/** @returns {Object} a log; `elapsed` of its steps is null while they run */
export const emptyLog = () => ({last: 0, operation: {}, steps: [], remarks: []})

/** @param {Object} log @param {{id: number, at: string, type: string, data: Object}} event @returns {Object|undefined} the step that changed */
export function take(log, {id, at, type, data}) {
	const {operation, steps} = log
	const step = steps.at(-1)
	if (id <= log.last) return undefined
	log.last = id
	const running = step?.elapsed === null && step
	if (type === 'accepted') Object.assign(operation, data, {created_at: at})
	else if (type === 'started') Object.assign(operation, data, {state: 'running', started_at: operation.started_at || at})
	else if (type === 'finished') Object.assign(operation, data, {finished_at: at})
	else if (type === 'statement_begins') step?.statements.push({...data, at})
	else if (type === 'statement_ends') Object.assign(step?.statements.at(-1) || {}, data, {done: true})
	else if (type === 'step_ends') Object.assign(step || {}, {elapsed: data.elapsed_ms})
	else if (type === 'step_begins') {
		if (running?.revision !== data.revision) steps.push({...data, at, elapsed: null, statements: [], remarks: []})
	} else {
		// A retry has rolled back what had run in the transaction.
		if (type === 'retrying' && running) running.statements = running.statements.filter(one => one.done && !running.transaction)
		const {remarks} = running || log
		remarks.push({at, type, data, after: running?.statements?.length})
	}
	return steps.at(-1)
}

/** How far it is, in revisions. @param {Object} log @returns {{done: number, of: number}} */
export const progress = ({steps, operation}) => ({
	done: steps.filter(one => one.elapsed !== null).length,
	of: steps.at(-1)?.of || operation.revisions?.length || 0,
})
