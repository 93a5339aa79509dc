import {badge, count, diagnostic, el, empty, flash, glyph, href, links, problem, quiet, replace, table, time} from '../parts.js'
import {known, watch} from '../store.js'
import {words} from '../words.js'

/** @param {string} name @param {any} one an operation */
export const operationLink = (name, one) => el('a', {href: href(name, 'history', one.id)},
	`${one.dry_run ? 'dry run: ' : ''}${words(one.kind).word}${one.target ? ` to ${one.target}` : ''}`)

/** What a person should see to. @param {any} one a database */
export function troubles({name, state, error, reachable, as_of: read, files}) {
	const {tone, word, sentence} = words(state)
	return [sentence && flash(tone, `${name} is ${word}`, el('p', sentence), error && el('p', error), !reachable && read && el('p', 'What is shown was read ', time(read), '.')),
		files?.ok === false && flash('bad', `${name} has broken files`, el('p', 'The last sound ones are in use until they are mended. This began ', time(files.since), '.'),
			files.diagnostics.map(diagnostic))]
}

/** Where a database is, what waits, who executes. @param {any} one */
export const standing = one => [
	one.current.length ? links(one.name, one.current) : quiet(one.reachable ? 'base' : 'not known'),
	one.pending ? [glyph('pending'), ' ', el('a', {href: href(one.name, 'plan')}, count(one.pending, 'revision'))] : quiet('none'),
	one.leader ? [one.leader.host, one.role === 'leader' && quiet(' (this one)')] : quiet('nobody')]

function row(one) {
	const [at, pending, leader] = standing(one)
	const last = one.running || one.last
	return [one.name, [el('a.name', {href: href(one.name, 'revisions')}, one.name), ' ', one.production && el('strong.production', 'production')],
		badge(one.state), at, pending, last ? [badge(last.state), ' ', operationLink(one.name, last), ' ', quiet(time(last.finished_at || last.created_at))] : quiet('none yet'),
		leader, one.files?.ok === false ? badge('failed', 'broken') : one.modified ? badge('modified', `${one.modified} modified`) : quiet(count(one.revisions, 'revision'))]
}

/** @param {Element} root */
export function overviewView(root) {
	const draw = () => {
		const {databases, error} = known()
		replace(root, el('h1', 'Databases'), error && problem(error), databases.length
			? table('Databases', ['Database', 'State', 'At', 'Pending', 'Last operation', 'Leader', 'Files'], databases.map(row))
			: !error && empty('No database yet. A [databases.NAME] in config.toml makes one.'),
		databases.map(troubles))
	}
	draw()
	return watch(draw)
}
