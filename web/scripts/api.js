// Requests, and the bearer token, which ends with the tab and is in no URL's query.

const KEY = 'revisiond.token'
const PATIENCE_MS = 20000

/** @returns {string|null} this tab's token */
export const token = () => sessionStorage.getItem(KEY)

/** @param {string} value the new token; an empty one signs out */
export const setToken = value => sessionStorage.setItem(KEY, value)

/** Takes `#token=…` out of the address bar. @returns {boolean} whether it was there */
export function takeToken() {
	const [, given] = /^#token=([^&]*)/.exec(location.hash) || []
	if (!given) return false
	history.replaceState(null, '', '#/')
	setToken(decodeURIComponent(given))
	return true
}

/**
 * Asks with the token. Throws errors with `status` (0: no answer) and `problem` (RFC 9457); a 401 is told to the document, too.
 * @param {string} path below the API @param {Object} query what is undefined is left out @param {RequestInit} [options]
 * @returns {Promise<Response>}
 */
export async function request(path, query, options = {}) {
	const refuse = (status, problem) => {throw Object.assign(new Error(problem.detail || problem.title), {status, problem})}
	const given = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined))
	const headers = {...options.headers, ...(token() && {Authorization: `Bearer ${token()}`})}
	const answer = await fetch(`api/v1${path}?${given}`, {signal: AbortSignal.timeout(PATIENCE_MS), cache: 'no-cache', ...options, headers})
		.catch(() => refuse(0, {title: 'revisiond does not answer', detail: 'Nothing here is newer than its last answer.'}))
	if (answer.ok) return answer
	if (answer.status === 401) document.dispatchEvent(new Event('unauthorized'))
	return refuse(answer.status, await answer.json().catch(() => ({title: `The server answered ${answer.status}`})))
}

/** Reads. @param {string} path @param {Object} [query] @returns {Promise} */
export const get = async (path, query = {}) => (await request(path, query)).json()

/** Writes. @param {string} path @param {Object} query @param {Object} body @param {string} key Idempotency-Key @returns {Promise} */
export async function post(path, query, body, key) {
	const headers = {'Content-Type': 'application/json', 'Idempotency-Key': key}
	return (await request(path, query, {method: 'POST', headers, body: JSON.stringify(body)})).json()
}
