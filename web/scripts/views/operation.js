import {get, post} from '../api.js'
import {follow} from '../events.js'
import {emptyLog, progress, take} from '../operation_log.js'
import {badge, code, duration, el, facts, flash, glyph, href, listing, pages, problem, quiet, replace, time, took} from '../parts.js'
import {words} from '../words.js'

const OPEN_STEPS = 12
const since = at => el('span', {'data-since': at})
const stateOf = (done, over) => (done ? 'applied' : over ? 'failed' : 'running')

function remarkOf({type, data, at}) {
	const said = {
		retrying: `Attempt ${data.attempt} failed at line ${data.line}: ${data.message}. Again after ${duration(data.pause_ms)}.`,
		waiting_for_lock: `Waits for the lock, held by ${data.holder?.description || data.holder}`,
		cancel_requested: `${data.actor} asked to cancel`,
	}[type]
	return el(`li.remark.${type}`, time(at, true), ' ', said || data.text, data.blockers?.map(one => el('p', quiet('blocked by '), code(one))))
}

function statementOf(one, over) {
	return el('li.statement', glyph(stateOf(one.done, over)), listing(one.sql, one.line),
		el('span.figures', one.done ? `${one.tag} · ${duration(one.elapsed_ms)}` : over ? 'failed' : since(one.at)),
		one.notices?.map(notice => el('p', el('b', notice.severity), ` ${notice.message}`)))
}

function stepOf(step, over, open) {
	const state = stateOf(step.elapsed !== null, over)
	const items = open ? step.statements.map(one => statementOf(one, over)) : []
	// Each remark stands after as many statements as had begun by then.
	if (open) step.remarks.slice(-8).reverse().forEach(one => items.splice(one.after, 0, remarkOf(one)))
	return [el('summary', glyph(state), el('span.unseen', words(state).word), quiet(`${step.number}/${step.of}`), code(step.revision), el('span.message', step.message),
		!step.transaction && el('span.tag', 'no transaction'),
		el('span.figures', state === 'applied' ? duration(step.elapsed) : !over && since(step.at))), el('ol', items)]
}

/** @param {Element} root @param {Object} params */
export function operationView(root, {name, id}) {
	const path = `/operations/${encodeURIComponent(id)}`
	const say = document.querySelector('[data-say]')
	const {title} = document
	const log = emptyLog()
	const changed = new Set()
	let read = {}
	let lost = false
	let wrong = null
	let frame = 0

	const over = () => log.operation.finished_at || read.finished_at
	const soon = () => {frame ||= requestAnimationFrame(draw)}
	const ask = answer => answer.then(one => {[read, wrong] = [one]}, error => {wrong = error}).then(soon)
	const reread = () => ask(get(path, {database: name}))

	function head() {
		const one = {...read, ...log.operation, id}
		const {kind, target, state = 'unknown', cancel_requested: cancelling} = one
		const {done, of} = progress(log)
		if (of) document.title = `${over() ? words(state).word : `${done}/${of}`} · ${title}`
		return [el('h1', one.dry_run && 'dry run: ', words(kind || 'operation').word, target && ` to ${target}`, ' ', badge(state)),
			facts({Elapsed: one.started_at && (took(one) || since(one.started_at)), Revisions: of > 0 && `${done} of ${of}`, By: one.actor && [one.actor, one.address && quiet(` from ${one.address}`)],
				On: one.host && `${one.host}, term ${one.term}`, Began: time(one.started_at || one.created_at, true), Plan: one.digest && code(one.digest)}),
			of > 0 && el('progress', {max: of, value: done, 'aria-label': 'Revisions done'}),
			lost && !over() && flash('warn', 'The connection is lost. The operation goes on; all of it is shown when the connection is back.'),
			wrong && problem(wrong), words(state).sentence && el('p.quiet', words(state).sentence), one.error && problem(one.error),
			over() ? one.error && pages({'Plan it again': href(name, 'plan', '', {direction: kind, target})})
				: el('p.actions', el('button', {disabled: cancelling, onclick: () => ask(post(`${path}/cancel`, {database: name}, {}, id))}, cancelling ? 'Cancelling…' : 'Cancel'),
					quiet('The revision that runs is rolled back; those before it stay.'))]
	}
	function drawStep(step) {
		const redraw = () => replace(step.node, stepOf(step, over(), step.node.open))
		step.node ||= el('details.step', {open: true, 'data-key': step.number, ontoggle: redraw})
		if (step.elapsed !== null && step.of > OPEN_STEPS && !step.remarks.length) step.node.open = false
		redraw()
	}
	function draw() {
		frame = 0
		changed.forEach(drawStep)
		changed.clear()
		replace(root, head(), el('ol', log.remarks.map(remarkOf)), log.steps.map(step => step.node))
		tick()
	}
	const tick = () => root.querySelectorAll('[data-since]').forEach(node => {
		node.textContent = duration(Math.ceil((Date.now() - Date.parse(node.dataset.since)) / 1000) * 1000)
	})
	const close = follow(`${path}/events`, {database: name}, event => {
		const step = take(log, event)
		if (step) changed.add(step)
		if (event.type === 'step_begins') say.textContent = `Revision ${event.data.number} of ${event.data.of}: ${event.data.message}`
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
	const timer = setInterval(tick, 1000)
	return () => {
		cancelAnimationFrame(frame)
		frame = -1
		close()
		clearInterval(timer)
		say.textContent = ''
	}
}
