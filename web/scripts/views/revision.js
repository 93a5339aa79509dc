import {repair} from '../actions.js'
import {badge, code, el, empty, facts, get, href, links, listing, page, pages, table, time} from '../parts.js'
import {historyTable} from './history.js'

export function view(root, {name, id}) {
	const section = (title, text, none) => [el('h2', title), text?.sql.trim() ? listing(text.sql, text.line) : empty(text ? 'Nothing to do.' : none)]
	return page(root, name, () => get(`/revisions/${encodeURIComponent(id)}`, {database: name}), one => {
		const direction = one.journal[0]?.direction || (one.state === 'pending' ? 'upgrade' : 'downgrade')
		const {upgrade, downgrade, verify} = one.sections
		const settle = (what, done) => repair(what, name, {settle: [{revision: one.revision, done}]})
		return [el('h1', one.message || id, ' ', badge(one.state)),
			one.state === 'modified' && el('p.actions', repair('Accept the changed file', name, {accept: [one.revision]})),
			one.journal[0] && table('Journal', ['Statement', 'SQL'], one.journal.map(({position, state, statement, error}) => [
				position, badge(state), [el('pre', statement), error && el('pre.error', error)]])),
			one.state === 'in_doubt' && el('p.actions', settle('It took effect', true), settle('Run it again', false)),
			facts({Revision: code(one.revision), Parents: one.base ? 'none, a base' : links(name, one.down_revisions),
				'Depends on': one.dependencies[0] && links(name, one.dependencies), Labels: one.branch_labels.join(', '), File: code(one.file),
				Created: time(one.created, true), Runs: one.transaction ? 'in a transaction' : 'outside transactions'}),
			el('p.prose', one.long_message),
			pages({[`Plan ${direction} to here`]: href(name, 'plan', '', {direction, target: id})}),
			section('Upgrade', upgrade), section('Downgrade', downgrade, 'None: it cannot be undone.'), verify && section('Verify', verify),
			el('h2', 'On this database'), one.history.length ? historyTable(name, one.history) : empty('Nothing was done yet.')]
	})
}
