import {confirm, send} from '../actions.js'
import {badge, code, count, database, diagnostic, el, empty, facts, flash, get, href, listing, problem, quiet, replace, watch} from '../parts.js'
import {brokenFiles} from './overview.js'

const OPEN_STEPS = 12

const listings = statements => statements.map(({line, sql}) => listing(sql, line))

const stepOf = (step, at, open) => el('details.step', {open, 'data-key': step.revision},
	el('summary', quiet(at + 1), code(step.revision), el('span.message', step.message),
		quiet(step.transaction ? 'one transaction' : 'outside transactions', ', ', count(step.statements.length, 'statement'))),
	listings(step.statements), step.verify.length > 0 && [quiet('Verify:'), listings(step.verify)])

export function view(root, {name, query}) {
	const {direction = 'upgrade'} = query
	const stamp = direction === 'stamp'
	const target = query.target || (direction === 'downgrade' ? '-1' : 'heads')
	const agreed = new Set()
	let plan, error, changed

	async function load() {
		changed = false
		error = null
		plan = !stamp && await get('/plan', {database: name, direction, target}).catch(wrong => {error = wrong})
		draw()
	}
	function refused(wrong) {
		const {plan: present = plan} = wrong.problem || {}
		changed = present.digest !== plan.digest
		plan = present
		error = changed ? null : wrong
		draw()
	}
	const onsubmit = event => {
		event.preventDefault()
		const to = href(name, 'plan', '', new FormData(event.target))
		if (location.hash === to) load()
		else location.hash = to
	}
	const form = el('form.actions', {onsubmit, 'data-key': 'form'},
		el('select', {name: 'direction', 'aria-label': 'Direction'}, ['upgrade', 'downgrade', 'stamp'].map(value => el('option', {selected: value === direction}, value))),
		el('label', {for: 'target'}, 'to'),
		el('input', {id: 'target', name: 'target', value: target, required: true, autocomplete: 'off'}),
		el('button', 'Show'), quiet('heads, base, an id, a label, +1, -1, label@head'))

	const onchange = ({target: box}) => {
		agreed[box.checked ? 'add' : 'delete'](box.value)
		draw()
	}
	const hazard = is => el('div', el('label', el('input', {type: 'checkbox', value: is, onchange}), ' ', code(is)),
		plan.hazards.filter(one => one.code === is).map(one => el('p', one.text, quiet(` ${one.revision}${one.line ? `, line ${one.line}` : ''}`))))

	const apply = dry => send(name, '/apply', {direction, target, plan: plan.digest, database_id: plan.database, dry_run: dry, acknowledge: [...agreed]}, refused)
	function stamping() {
		const what = `Stamp ${name} with ${target}`
		const stampIt = () => send(name, '/stamp', {targets: target.split(' '), purge: root.querySelector('[name=purge]').checked})
		return [el('label', el('input', {type: 'checkbox', name: 'purge'}), ' Empty the version table first'),
			el('p.actions', el('button.strong', {onclick: () => confirm(what, name, true, stampIt)}, what), quiet('Sets the version table; no SQL runs.'))]
	}
	function shown() {
		const codes = [...new Set(plan.hazards.map(one => one.code))]
		const missing = codes.filter(is => !agreed.has(is)).length
		const what = `${direction === 'upgrade' ? 'Apply' : 'Undo'} ${count(plan.steps.length, 'revision')} on ${name}`
		return [facts({From: code(plan.from.join(' ') || 'base'), To: code(plan.to.join(' ') || 'base'), Digest: code(plan.digest)}),
			codes.length > 0 && flash('warn', `${count(codes.length, 'hazard')} to acknowledge`, codes.map(hazard)),
			plan.steps.map((step, at) => stepOf(step, at, plan.steps.length <= OPEN_STEPS)),
			el('div.actions.sticky', el('button.strong', {disabled: missing > 0, onclick: () => confirm(what, name, direction === 'downgrade', () => apply(false))}, what), el('button', {onclick: () => apply(true)}, 'Dry run'),
				missing > 0 && `Acknowledge ${count(missing, 'hazard')} first.`)]
	}
	function draw() {
		if (form.isConnected) replace(root, el('h1', 'Plan'), form, brokenFiles(database(name)), error && problem(error),
			changed && flash('warn', 'The plan has changed since you looked at it. Nothing has run.'),
			plan && [plan.warnings.map(one => flash('warn', '', diagnostic(one))), plan.notes.map(one => el('p.quiet', one))],
			stamp ? stamping() : plan ? plan.steps.length ? shown() : empty(badge('nothing_to_do'), `: ${name} is there already.`) : '')
	}
	root.append(form)
	load()
	return watch(draw)
}
