import {badge, count, diagnostic, el, empty, flash, glyph, href, known, links, operationLink, outcome, problem, quiet, replace, table, time, watch, words} from '../parts.js'

/** Broken files. */
export const brokenFiles = ({name, files} = {}) => files?.ok === false
	&& flash('bad', `${name} has broken files`, el('p', 'Noticed ', time(files.since), '. The last sound ones stay in use.'), files.diagnostics.map(diagnostic))

/** What a person should see to. */
export function troubles(one) {
	const {name, state, advice, error} = one
	const {tone, word} = words(state)
	return [advice ? flash(tone, `${name} is ${word}`, el('p', advice), error && el('p', error))
		: error && flash('warn', `${name} cannot be led from here`, el('p', error)),
	brokenFiles(one)]
}

/** Where a database is, what waits, who executes. */
export function standing({name, current, pending, leader, reachable, as_of: read}) {
	const old = !reachable && quiet(' read ', time(read))
	if (!read) return [1, 2, 3].map(() => quiet('not known'))
	return [current.length ? links(name, current) : quiet('base'),
		[pending ? [glyph('pending'), ' ', el('a', {href: href(name, 'plan')}, count(pending, 'revision'))] : quiet('none'), old],
		leader ? leader.host : quiet('nobody')]
}

function row(one) {
	const {name, files, modified, revisions} = one
	const [at, pending, leader] = standing(one)
	const last = one.running || one.last
	return [name, [el('a', {href: href(name, 'revisions')}, name), ' ', one.production && el('strong.production', 'production')],
		badge(one.state), at, pending, last ? [badge(last.state), ' ', operationLink(name, last), ' ', quiet(outcome(last), ' ', time(last.finished_at || last.created_at))] : '',
		leader, [files?.ok === false && badge('failed', 'broken'), ' ', modified > 0 && badge('modified', `${modified} modified`), ' ', quiet(count(revisions, 'revision'))]]
}

export function view(root) {
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
