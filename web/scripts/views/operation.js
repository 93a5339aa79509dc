import {follow} from '../events.js'
import {emptyLog, progress, take} from '../operation_log.js'
import {badge, by, code, duration, el, facts, flash, get, glyph, href, isJourney, listing, now, outcome, pages, post, problem, quiet, replace, time, titleOf, took, words} from '../parts.js'

const OPEN_STEPS = 12
const since = at => duration(Math.ceil((now() - Date.parse(at)) / 1000) * 1000)
const stateOf = (done, ended) => (done ? 'applied' : ended || 'running')

function remarkOf({type, data, at}) {
	const said = {
		retrying: `Attempt ${data.attempt} failed ${data.doing || `at line ${data.line}`}: ${data.message}. Again in ${duration(data.pause_ms)}.`,
		waiting_for_lock: `Waits for the lock, held by ${data.holder?.description || 'another'}`,
		cancel_requested: `${data.actor} asked to cancel`,
	}[type]
	return el(`li.remark.${data.text ? 'off' : 'warn'}`, time(at, true), ' ', said || data.text, data.blockers?.map(one => el('p', quiet('blocked by '), code(one))))
}

function statementOf(one, ended) {
	return el('li.statement', glyph(stateOf(one.done, ended)), listing(one.sql, one.line),
		el('span.figures', one.done ? `${one.tag} · ${duration(one.elapsed_ms)}` : ended ? words(ended).word : since(one.at)),
		one.notices?.map(notice => el('p', el('b', notice.severity), ` ${notice.message}`)))
}

function stepOf(step, open) {
	const state = stateOf(step.elapsed !== null, step.ended)
	const items = open ? step.statements.map(one => statementOf(one, step.ended)) : []
	// A remark stands behind the statements begun by then.
	if (open) step.remarks.slice(-8).reverse().forEach(one => items.splice(one.after, 0, remarkOf(one)))
	return [el('summary', glyph(state), el('span.unseen', words(state).word), quiet(`${step.number}/${step.of}`), code(step.revision), el('span.message', step.message, step.transaction === false && el('span.tag', 'no transaction')),
		el('span.figures', state === 'applied' ? duration(step.elapsed) : !step.ended && since(step.at))), el('ol', items)]
}

function cancelling({kind, state, dry_run: dry}, step) {
	if (state === 'queued' || dry || !isJourney(kind)) return 'Nothing of it is kept.'
	return step?.transaction === false ? 'The statement that runs is stopped; what was done before stays.' : 'The revision that runs is rolled back; those before it stay.'
}

// Where to go on from an ended one.
function next(name, {kind, target, error}) {
	if (kind === 'drift') return {Drift: href(name, 'drift')}
	return error && isJourney(kind) ? {'Plan it again': href(name, 'plan', '', {direction: kind, target})} : {}
}

export function view(root, {name, id}) {
	const path = `/operations/${encodeURIComponent(id)}`
	const say = document.querySelector('[data-say]')
	const {title} = document
	const log = emptyLog()
	const changed = new Set()
	let read = {}
	let lost, wrong, frame

	const over = () => log.operation.finished_at || read.finished_at
	const soon = () => {frame ||= requestAnimationFrame(draw)}
	const ask = answer => answer.then(one => {[read, wrong] = [one]}, error => {wrong = error}).then(soon)
	const reread = () => ask(get(path, {database: name}))

	function head() {
		const one = {...read, ...log.operation, id}
		const {kind = 'operation', state = 'unknown', cancel_requested: asked} = one
		const {done, of} = progress(log)
		if (of) document.title = `${over() ? words(state).word : `${done}/${of}`} · ${title}`
		return [el('h1', titleOf({...one, kind}), ' ', badge(state)),
			facts({Elapsed: one.started_at && (took(one) || since(one.started_at)), Revisions: of > 0 && `${done} of ${of}`, Result: !of && outcome(one),
				By: by(one.actor, one.address), On: one.term && `${one.host}, term ${one.term}`, Began: time(one.started_at || one.created_at, true)}),
			of > 0 && el('progress', {max: of, value: done, 'aria-label': 'Revisions done'}),
			lost && !over() && flash('warn', 'The connection is lost. The operation goes on.'),
			wrong && problem(wrong), el('p.quiet', one.advice), one.error && problem(one.error),
			over() ? pages(next(name, one))
				: el('p.actions', el('button', {disabled: asked, onclick: () => ask(post(`${path}/cancel`, {database: name}, {}))}, asked ? 'Cancelling…' : 'Cancel'),
					quiet(cancelling(one, log.steps.at(-1))))]
	}
	function drawStep(step) {
		const redraw = () => replace(step.node, stepOf(step, step.node.open))
		step.node ||= el('details.step', {open: true, 'data-key': step.number, ontoggle: redraw})
		if (step.elapsed !== null && step.of > OPEN_STEPS && !step.remarks.length) step.node.open = false
		redraw()
	}
	function draw() {
		frame = 0
		changed.forEach(step => step && drawStep(step))
		changed.clear()
		replace(root, head(), el('ol', log.remarks.map(remarkOf)), log.steps.map(step => step.node))
	}
	const close = follow(`${path}/events`, {database: name}, event => {
		changed.add(log.steps.at(-1))
		const step = take(log, event)
		changed.add(step)
		if (event.type === 'step_begins') say.textContent = `Revision ${step.number} of ${step.of}: ${step.message}`
		if (event.type === 'finished') {
			close()
			reread()
			say.textContent = `The operation is over: ${words(event.data.state).word}.`
		}
		soon()
	}, (live, refusal) => {
		lost = !live
		wrong = refusal || wrong
		if (live) reread()
		else if (over()) close()
		soon()
	})
	const timer = setInterval(() => over() || soon(changed.add(log.steps.at(-1))), 1000)
	return () => {
		cancelAnimationFrame(frame)
		frame = -1
		close()
		clearInterval(timer)
		say.textContent = ''
	}
}
