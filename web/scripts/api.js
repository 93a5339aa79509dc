// Requests, with the bearer token of this tab.

const KEY = 'revisiond.token'
const PATIENCE_MS = 20000
const unanswered = {}  // writes → their Idempotency-Key
let ahead = 0

/** This tab's token. */
export const token = () => sessionStorage.getItem(KEY)

/** An empty one signs out. */
export const setToken = value => sessionStorage.setItem(KEY, value)

/** Takes `#token=…` out of the address bar; whether it was there. */
export function takeToken() {
	const [, given] = /^#token=([^&]*)/.exec(location.hash) || []
	if (!given) return false
	history.replaceState(null, '', '#/')
	setToken(decodeURIComponent(given))
	return true
}

/** Milliseconds by the server's clock, as its last answer told it: ours may be wrong. */
export const now = () => Date.now() + ahead

/** Asks with the token. Throws errors with `status` (0: no answer) and `problem` (RFC 9457); a 401 is told to the document. */
export async function request(path, query, options = {}) {
	const refuse = (status, problem) => {throw Object.assign(new Error(problem.title), {status, problem})}
	const given = new URLSearchParams(Object.entries(query).filter(([, value]) => value !== undefined))
	const headers = {...options.headers, ...(token() && {Authorization: `Bearer ${token()}`})}
	const answer = await fetch(`api/v1${path}?${given}`, {signal: AbortSignal.timeout(PATIENCE_MS), cache: 'no-cache', ...options, headers})
		.catch(() => refuse(0, {title: 'revisiond does not answer'}))
	ahead = Date.parse(answer.headers.get('Date')) - Date.now() || ahead
	if (answer.ok) return answer
	if (answer.status === 401) document.dispatchEvent(new Event('unauthorized'))
	return refuse(answer.status, await answer.json().catch(() => ({title: `The server answered ${answer.status}`})))
}

/** Reads. */
export const get = async (path, query = {}) => (await request(path, query)).json()

/** Writes. Sent again because no answer came, it is the same operation. */
export async function post(path, query, body) {
	const what = JSON.stringify([path, query, body])
	const key = unanswered[what] ||= crypto.getRandomValues(new Uint32Array(4)).join('-')
	const headers = {'Content-Type': 'application/json', 'Idempotency-Key': key}
	const answer = await request(path, query, {method: 'POST', headers, body: JSON.stringify(body)}).catch(wrong => wrong)
	if (answer.status) delete unanswered[what]
	if (answer instanceof Error) throw answer
	return answer.json()
}
