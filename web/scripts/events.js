// Server-sent events by fetch, since EventSource cannot send a bearer token.

import {request} from './api.js'

const SILENCE_MS = 45000  // heartbeats come every 15 s
const PAUSE_MS = 400

/** @param {(id: string, data: string) => void} emit @returns {(chunk: string) => void} a parser of text/event-stream */
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

/**
 * Follows a stream, and resumes it after the last event when it is lost, until it is closed or refused.
 * @param {string} path @param {Object} query
 * @param {(event: any) => void} onEvent @param {(live: boolean, refusal?: Error) => void} onState
 * @returns {() => void} closes it
 */
export function follow(path, query, onEvent, onState) {
	let attempt
	let closed = false
	let last = ''
	let pause = PAUSE_MS
	async function read() {
		attempt = new AbortController()
		const silence = () => setTimeout(() => attempt.abort(), SILENCE_MS)
		let timer = silence()
		try {
			const {body} = await request(path, query, {headers: {Accept: 'text/event-stream', ...(last && {'Last-Event-ID': last})}, signal: attempt.signal})
			onState(true)
			pause = PAUSE_MS
			const parse = eventParser((id, data) => {
				last = id
				if (!closed) onEvent(JSON.parse(data))
			})
			const reader = body.pipeThrough(new TextDecoderStream()).getReader()
			for (let part = await reader.read(); !part.done; part = await reader.read()) {
				clearTimeout(timer)
				timer = silence()
				parse(part.value)
			}
		} finally {
			clearTimeout(timer)
		}
	}
	async function run() {
		const refusal = await read().catch(error => /^4(?!29)/.test(error.status) && error)
		if (closed) return
		onState(false, refusal)
		pause = Math.min(8000, 2 * pause)
		if (!refusal) setTimeout(() => closed || run(), pause)
	}
	run()
	return () => {
		closed = true
		attempt.abort()
	}
}
