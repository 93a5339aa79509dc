// What is known of all databases: read when events say so, and every few seconds.

import {get} from './api.js'
import {follow} from './events.js'

const PERIOD_MS = 5000
const watchers = new Set()
let state = {databases: []}
let timer, close

/** All databases, and what is wrong since the last answer. */
export const known = () => state

/** One of them. */
export const database = name => state.databases.find(one => one.name === name)

/** Calls back after every reading. What it returns ends that. */
export function watch(callback) {
	watchers.add(callback)
	return () => watchers.delete(callback)
}

async function refresh() {
	clearTimeout(timer)
	timer = setTimeout(refresh, PERIOD_MS)
	state = await get('/databases').catch(error => ({...state, error}))
	if (close) watchers.forEach(callback => callback())
}

/** Begins to read and to listen. */
export function start() {
	stop()
	let soon = 0
	close = follow('/events', {}, () => {
		clearTimeout(soon)
		soon = setTimeout(refresh, 150)
	}, refresh)
}

/** Ends it: after signing out. */
export function stop() {
	clearTimeout(timer)
	close?.()
	close = null
	state = {databases: []}
}
