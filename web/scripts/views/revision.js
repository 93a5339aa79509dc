import {confirm, send} from '../actions.js'
import {badge, code, el, empty, facts, get, href, links, listing, page, pages, time} from '../parts.js'
import {historyTable} from './history.js'

/** A view. */
export function view(root, {name, id}) {
	const wrong = el('div', {'data-key': 'wrong'})
	const section = (title, text, none) => [el('h2', title), text?.sql.trim() ? listing(text.sql, text.line) : empty(text ? 'Nothing to do.' : none)]
	return page(root, name, () => get(`/revisions/${encodeURIComponent(id)}`, {database: name}), one => {
		const direction = one.state === 'pending' ? 'upgrade' : 'downgrade'
		const {upgrade, downgrade, verify} = one.sections
		const accept = () => confirm(`Accept the changed file of ${id}`, name, true, () => send(name, '/repair', {accept: [id]}, wrong))
		return [el('h1', one.message || id, ' ', badge(one.state)), wrong,
			one.state === 'modified' && el('p.actions', el('button', {onclick: accept}, 'Accept the changed file')),
			facts({Revision: code(one.revision), Parents: one.base ? 'none, a base' : links(name, one.down_revisions),
				'Depends on': one.dependencies[0] && links(name, one.dependencies), Labels: one.branch_labels.join(', '), File: code(one.file),
				Created: time(one.created, true), Runs: one.transaction ? 'in a transaction' : 'outside transactions'}),
			el('p.prose', one.long_message),
			pages({[`Plan ${direction} to here`]: href(name, 'plan', '', {direction, target: id})}),
			section('Upgrade', upgrade), section('Downgrade', downgrade, 'None: it cannot be undone.'), verify && section('Verify', verify),
			el('h2', 'On this database'), one.history.length ? historyTable(name, one.history) : empty('Nothing was done with it yet.')]
	})
}
