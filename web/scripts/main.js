// From the address to a page, and the frame around it.

import {setToken, takeToken, token} from './api.js'
import {listenToKeys, showKeys} from './keys.js'
import {badge, el, href, replace} from './parts.js'
import {database, known, start, stop, watch} from './store.js'
import {historyView} from './views/history.js'
import {operationView} from './views/operation.js'
import {overviewView} from './views/overview.js'
import {planView} from './views/plan.js'
import {revisionView} from './views/revision.js'
import {revisionsView} from './views/revisions.js'
import {signInView} from './views/sign_in.js'

const PAGES = {revisions: [revisionsView, revisionView], plan: [planView], history: [historyView, operationView]}
const part = name => document.querySelector(`[data-${name}]`)
const main = document.querySelector('main')
let here = {}
let dispose = null

function show(view, params, title) {
	dispose?.()
	main.replaceChildren()
	document.title = `${title} · revisiond`
	dispose = view(main, params)
}

function route() {
	const [path, query] = location.hash.slice(1).split('?')
	const [name, page = 'revisions', id] = path.split('/').filter(Boolean).map(decodeURIComponent)
	const moved = here.path !== undefined && here.path !== path
	here = {path, name, page, id, query: Object.fromEntries(new URLSearchParams(query))}
	frame()
	if (name && PAGES[page]) show(PAGES[page][id ? 1 : 0] || PAGES[page][0], here, `${id || page} · ${name}`)
	else show(overviewView, here, 'Databases')
	// A screen reader goes on at the new page; where only the query has changed, the focus stays.
	if (!moved) return
	main.focus()
	scrollTo(0, 0)
}

function frame() {
	const {databases, error} = known()
	const {name, page} = here
	const one = database(name)
	document.body.classList.toggle('production', Boolean(one?.production))
	replace(part('where'), name && [el('select', {'aria-label': 'Database', onchange: event => {location.hash = href(event.target.value, page)}},
		databases.map(each => el('option', each.name))), one?.production && el('strong.production', 'production'), one && badge(one.state)])
	if (name) part('where').firstChild.value = name
	replace(part('tabs'), name && Object.keys(PAGES).map(each => el('a', {href: href(name, each), 'aria-current': each === page && 'page'}, each)),
		one?.running && el('a', {href: href(name, 'history', one.running.id)}, badge('running')))
	replace(part('live'), error ? badge('unreachable', 'Connection lost, trying again') : databases.length > 0 && badge('applied', 'live'))
	part('leave').hidden = !token()
}

function begin() {
	start()
	route()
}

function signIn(reason) {
	stop()
	setToken('')
	here = {}
	frame()
	show(signInView, {reason, enter: value => {setToken(value); begin()}}, 'Sign in')
}

document.addEventListener('unauthorized', () => !part('sign-in')
	&& signIn(token() && 'The server does not accept this token: mistyped, expired or taken away.'))
addEventListener('hashchange', () => (takeToken() ? begin() : part('sign-in') || route()))
part('leave').onclick = () => signIn()
part('keys').onclick = showKeys
watch(frame)
listenToKeys(() => here.name || known().databases[0]?.name)
takeToken()
begin()
