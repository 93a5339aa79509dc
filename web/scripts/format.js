// Values as people read them. Pure.

const two = number => String(number).padStart(2, '0')

/** '0.4 ms', '1.24 s', '3 min 05 s', '2 h 07 min' */
export function duration(ms) {
	if (ms < 999.5) return `${Number(Math.max(0, ms).toFixed(ms < 10 ? 1 : 0))} ms`
	if (ms < 59995) return `${Number((ms / 1000).toFixed(2))} s`
	const seconds = Math.round(ms / 1000)
	const minutes = Math.floor(seconds / 60)
	return minutes < 60 ? `${minutes} min ${two(seconds % 60)} s` : `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`
}

/** How long an operation took. */
export const took = one => (one.finished_at && one.started_at ? duration(Date.parse(one.finished_at) - Date.parse(one.started_at)) : '')

/** '12 s ago', '5 min ago', '12 days ago' */
export function ago(iso, now) {
	const seconds = Math.max(0, Math.round((now - Date.parse(iso)) / 1000))
	const [size, unit] = [[86400, 'days'], [3600, 'h'], [60, 'min']].find(one => seconds >= 1.5 * one[0]) || [1, 's']
	return `${Math.round(seconds / size)} ${unit} ago`
}

/** '2026-11-22 10:15:07' where the reader is */
export const localTime = iso => new Date(iso).toLocaleString('sv')

/** '1 revision', '10,000 revisions' */
export const count = (number, thing) => `${number.toLocaleString('en')} ${thing}${number === 1 ? '' : 's'}`

/** The line, a caret below; columns count from 1. */
export const caret = (line, column, width = 1) => `${line}\n${[...line].slice(0, column - 1).join('').replace(/[^\t]/gu, ' ')}^${'~'.repeat(width - 1)}`
