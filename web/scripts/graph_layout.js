// Where revisions stand and which lines join them. Pure.
//
// Rows come newest first. A lane waits for one parent, which all its children join below themselves.
// Dependencies wait in lanes of their own.

/** Each line comes from the child in row `source`, down the lane `from` and then across to the lane `to`; or in one turn. */
export function layout(rows) {
	const known = new Set(rows.map(row => row.revision))
	const waiting = {parent: new Map(), dependency: new Map()}  // id → its line so far
	const lines = []
	const taken = []

	const claim = () => {
		const at = taken.indexOf(false)
		return at < 0 ? taken.push(true) - 1 : (taken[at] = true) && at
	}
	const release = lane => {taken[lane] = false}
	const lane = rows.map(({revision, down_revisions: parents, dependencies}, row) => {
		const own = waiting.parent.get(revision)?.from ?? claim()
		let free = true
		for (const [kind, lanes] of Object.entries(waiting)) {
			const line = lanes.get(revision)
			if (!line) continue
			lines.push(Object.assign(line, {bottom: row, to: own}))
			if (kind === 'dependency') release(line.from)
			lanes.delete(revision)
		}
		const leave = kind => id => {
			if (!known.has(id)) return
			const stays = kind === 'parent' && free && !waiting.parent.has(id)
			if (stays) free = false
			if (!waiting[kind].has(id)) waiting[kind].set(id, {kind, source: row, top: stays ? row : row + 1, from: stays ? own : claim()})
			if (!stays) lines.push({kind, source: row, top: row, bottom: row + 1, from: own, to: waiting[kind].get(id).from, turn: true})
		}
		parents.forEach(leave('parent'))
		dependencies.forEach(leave('dependency'))
		if (free) release(own)
		return own
	})
	return {lane, lanes: taken.length, lines}
}
