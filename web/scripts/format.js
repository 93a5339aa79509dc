// Values as people read them. Pure.

const two = number => String(number).padStart(2, '0')

/** @param {number} ms @returns {string} '0.4 ms', '38 ms', '1.24 s', '3 min 05 s', '2 h 07 min' */
export function duration(ms) {
	if (ms < 999.5) return `${Number(Math.max(0, ms).toFixed(ms < 10 ? 1 : 0))} ms`
	if (ms < 59995) return `${Number((ms / 1000).toFixed(2))} s`
	const seconds = Math.round(ms / 1000)
	const minutes = Math.floor(seconds / 60)
	return minutes < 60 ? `${minutes} min ${two(seconds % 60)} s` : `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
}

/** @param {any} one an operation @returns {string} how long it took */
export const took = one => (one.finished_at && one.started_at ? duration(Date.parse(one.finished_at) - Date.parse(one.started_at)) : '')

/** @param {string} iso @param {number} now @returns {string} '12 s ago', '5 min ago', '3 h ago', '12 days ago' */
export function ago(iso, now) {
	const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000))
	if (seconds < 90) return `${seconds} s ago`
	if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`
	return seconds < 129600 ? `${Math.round(seconds / 3600)} h ago` : `${Math.round(seconds / 86400)} days ago`
}

/** @param {string} iso @returns {string} '2026-11-22 10:15:07' where the reader is */
export function localTime(iso) {
	const at = new Date(iso)
	return new Date(at - at.getTimezoneOffset() * 60000).toISOString().slice(0, 19).replace('T', ' ')
}

/** @param {number} number @param {string} thing @returns {string} '1 revision', '10,000 revisions' */
export const count = (number, thing) => `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`

/** @param {string} line @param {number} column from 1 @param {number} [width] @returns {string} the line, a caret below */
export const caret = (line, column, width = 1) => `${line}\n${[...line].slice(0, column - 1).join('').replace(/[^\t]/gu, ' ')}^${'~'.repeat(width - 1)}`
