import {get, post} from '../api.js'
import {openDialog} from '../keys.js'
import {badge, code, count, el, empty, facts, flash, href, links, listing, problem, quiet, replace} from '../parts.js'
import {database, watch} from '../store.js'

const OPEN_STEPS = 12

const stepOf = (name, step, at, open) => el('details.step', {open, 'data-key': step.revision},
	el('summary', quiet(at + 1), code(step.revision), el('span.message', step.message),
		quiet(step.transaction ? 'one transaction' : 'outside transactions', ', ', count(step.statements.length, 'statement'))),
	step.statements.map(({line, sql}) => listing(sql, line)), quiet('Then at '), step.rows.length ? links(name, step.rows) : 'base')

/** @param {Element} root @param {Object} params */
export function planView(root, {name, query}) {
	const direction = query.direction === 'downgrade' ? 'downgrade' : 'upgrade'
	const target = query.target || (direction === 'upgrade' ? 'heads' : '-1')
	const agreed = new Set()
	let plan = null
	let error = null
	let busy = false
	let changed = false
	let key

	async function load(refused) {
		changed = refused
		error = null
		plan = await get('/plan', {database: name, direction, target}).catch(wrong => {error = wrong})
		key = crypto.getRandomValues(new Uint32Array(4)).join('-')
		draw()
	}
	async function send(dry) {
		busy = true
		draw()
		try {
			const body = {direction, target, plan: plan.digest, database_id: plan.database, dry_run: dry, acknowledge: [...agreed]}
			location.hash = href(name, 'history', (await post('/apply', {database: name}, body, `${key}-${dry}`)).id)
		} catch (wrong) {
			busy = false
			error = wrong
			if (wrong.problem?.plan && wrong.problem.plan.digest !== plan.digest) load(true)
			else draw()
		}
	}
	function confirm(what, production) {
		const yes = el('button.strong', {value: 'yes', disabled: production}, what)
		const oninput = ({target: {value}}) => {yes.disabled = value !== name}
		openDialog(`${what}?`, el('form', {method: 'dialog', onsubmit: ({submitter}) => submitter.value && send(false)}, production && [
			el('p', 'This is a ', el('strong.production', 'production'), ' database.'), el('label', {for: 'name'}, 'Type ', el('b', name), ' to go on'),
			el('input', {id: 'name', autocomplete: 'off', oninput})], el('p.actions', yes, el('button', 'Cancel'))))
	}
	const onsubmit = event => {
		event.preventDefault()
		const to = href(name, 'plan', '', new FormData(event.target))
		if (location.hash === to) load()
		else location.hash = to
	}
	const form = el('form.actions', {onsubmit, 'data-key': 'form'},
		el('select', {name: 'direction', 'aria-label': 'Direction'}, ['upgrade', 'downgrade'].map(value => el('option', {selected: value === direction}, value))),
		el('label', {for: 'target'}, 'to'),
		el('input', {id: 'target', name: 'target', value: target, required: true, autocomplete: 'off'}),
		el('button', 'Show the plan'), quiet('heads, base, an id or its beginning, a label, +1, -1, label@head'))

	const onchange = ({target: box}) => {
		agreed[box.checked ? 'add' : 'delete'](box.value)
		draw()
	}
	const hazard = is => el('div', el('label', el('input', {type: 'checkbox', value: is, onchange}), ' ', code(is)),
		plan.hazards.filter(one => one.code === is).map(one => el('p', one.text, quiet(` ${one.revision}${one.line ? `, line ${one.line}` : ''}`))))

	function shown() {
		const {production} = database(name) || {}
		const codes = [...new Set(plan.hazards.map(one => one.code))]
		const missing = codes.filter(is => !agreed.has(is)).length
		const what = `${direction === 'upgrade' ? 'Apply' : 'Undo'} ${count(plan.steps.length, 'revision')} on ${name}`
		const onclick = () => (production || direction === 'downgrade' ? confirm(what, production) : send(false))
		return [facts({From: code(plan.from.join(' ') || 'base'), To: code(plan.to.join(' ') || 'base'), Digest: code(plan.digest)}),
			codes.length > 0 && el('fieldset', el('legend', `${count(codes.length, 'hazard')} to acknowledge`), codes.map(hazard)),
			plan.steps.map((step, at) => stepOf(name, step, at, plan.steps.length <= OPEN_STEPS)),
			el('div.actions.sticky', el('button.strong', {disabled: missing > 0 || busy, onclick}, what), el('button', {disabled: busy, onclick: () => send(true)}, 'Dry run'),
				missing > 0 && `Acknowledge ${count(missing, 'hazard')} first.`)]
	}
	function draw() {
		if (form.isConnected) replace(root, el('h1', 'Plan'), form, error && problem(error),
			changed && flash('warn', 'The plan has changed since you looked at it', el('p', 'Nothing has run. This is the plan now: read it again before you apply it.')),
			plan?.warnings?.map(one => flash('warn', one.message, one.hint && el('p.hint', one.hint))),
			plan ? plan.steps.length ? shown() : empty(badge('nothing_to_do'), `: ${name} is there already.`) : '')
	}
	root.append(form)
	load()
	return watch(draw)
}
