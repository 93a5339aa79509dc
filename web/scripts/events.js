// Server-sent events by fetch, since EventSource cannot send a bearer token.

import {request} from './api.js'

const SILENCE_MS = 45000  // beats come every 15 s
const PAUSE_MS = 1000

/** A parser of chunks of text/event-stream; emits ids and data. */
export function eventParser(emit) {
	let rest = ''
	let id = ''
	let data = []
	return chunk => {
		const lines = (rest + chunk).split(/\r\n|\n|\r(?!$)/)  // a CR at the end may be half of a CRLF
		rest = lines.pop()
		for (const line of lines) {
			const [, field, value] = /^([^:]*):? ?(.*)$/.exec(line)
			if (field === 'data') data.push(value)
			if (field === 'id') id = value
			if (line) continue
			if (data.length) emit(id, data.join('\n'))
			data = []
		}
	}
}

/** Follows a stream, and resumes it, until it is closed or refused; tells whether it is live, or why not. */
export function follow(path, query, onEvent, onState) {
	let attempt, timer, last, closed
	const listen = () => {
		clearTimeout(timer)
		timer = setTimeout(() => attempt.abort(), SILENCE_MS)
	}
	async function read() {
		attempt = new AbortController()
		listen()
		const headers = {Accept: 'text/event-stream', ...(last && {'Last-Event-ID': last})}
		const {body} = await request(path, query, {headers, signal: attempt.signal})
		onState(true)
		const feed = eventParser((id, data) => {
			last = id
			if (!closed) onEvent(JSON.parse(data))
		})
		const reader = body.pipeThrough(new TextDecoderStream()).getReader()
		for (let part = await reader.read(); !part.done; part = await reader.read()) {
			listen()
			feed(part.value)
		}
	}
	async function run() {
		const refusal = await read().catch(error => /^4(?!29)/.test(error.status) && error)
		clearTimeout(timer)
		if (closed) return
		onState(false, refusal)
		if (!refusal) setTimeout(() => closed || run(), PAUSE_MS)
	}
	run()
	return () => {
		closed = true
		attempt.abort()
	}
}
