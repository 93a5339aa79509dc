// From the address to a page, and the frame around it.

import {listenToKeys, showKeys} from './keys.js'
import {badge, database, el, href, known, replace, setToken, start, stop, takeToken, token, watch} from './parts.js'

const PAGES = {revisions: 'revision', plan: '', operations: 'operation', history: '', drift: ''}
const views = Object.fromEntries(['overview', 'sign_in', ...Object.entries(PAGES).flat()].map(file => [file, file && import(`./views/${file}.js`)]))
const part = name => document.querySelector(`[data-${name}]`)
const main = document.querySelector('main')
let here = {}
let dispose

async function show(file, params, title) {
	dispose?.()
	dispose = null
	main.replaceChildren()
	document.title = `${title} · revisiond`
	here = params
	frame()
	const {view} = await views[file]
	if (here === params) dispose = view(main, params)
}

function route() {
	const [path, query] = location.hash.slice(1).split('?')
	const [name, page = 'revisions', id] = path.split('/').filter(Boolean).map(decodeURIComponent)
	const moved = here.path !== undefined && here.path !== path
	const params = {path, name, page, id, query: Object.fromEntries(new URLSearchParams(query))}
	if (name && page in PAGES) show((id && PAGES[page]) || page, params, `${id || page} · ${name}`)
	else show('overview', params, 'Databases')
	// Where only the query has changed, the focus stays.
	if (!moved) return
	main.focus()
	scrollTo(0, 0)
}

function frame() {
	const {databases, error} = known()
	const {name, page} = here
	const one = database(name)
	replace(part('where'), name && [el('select', {'aria-label': 'Database', onchange: event => {location.hash = href(event.target.value, page)}},
		databases.map(each => el('option', each.name))), one?.production && el('strong.production', 'production'), one && badge(one.state)])
	if (name) part('where').firstChild.value = name
	replace(part('tabs'), name && Object.keys(PAGES).map(each => el('a', {href: href(name, each), 'aria-current': each === page && 'page'}, each)),
		one?.running && el('a', {href: href(name, 'operations', one.running.id)}, badge('running')))
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
	show('sign_in', {reason, enter: value => {setToken(value); begin()}}, 'Sign in')
}

document.addEventListener('unauthorized', () => here.enter || signIn(token() && 'The server does not accept this token.'))
addEventListener('hashchange', () => (takeToken() ? begin() : here.enter || route()))
part('leave').onclick = () => signIn()
part('keys').onclick = showKeys
watch(frame)
listenToKeys(() => here.name || known().databases[0]?.name)
takeToken()
begin()
