// What states are called and look like (never by colour alone). Pure.

import {count} from './format.js'

const STATES = {
	applied: 'ok full',
	current: 'ok ring',
	pending: 'wait dash',
	modified: 'warn diamond',
	ahead: 'far up',
	up_to_date: 'ok check',
	diverged: 'bad alert',
	half_done: 'warn alert',
	in_doubt: 'bad alert',
	foreign: 'bad alert',
	unreachable: 'bad cross',
	queued: 'wait hollow',
	running: 'wait turn',
	succeeded: 'ok check',
	nothing_to_do: 'ok check',
	failed: 'bad cross',
	refused: 'bad cross',
	interrupted: 'warn hollow',
	waiting_for_person: 'bad alert',
	stamped: 'off diamond',
	missing: 'bad hollow',
	extra: 'far full',
	changed: 'warn diamond',
}

/** Of a state of anything. */
export function words(state) {
	const [tone, shape] = (STATES[state] || 'off hollow').split(' ')
	return {tone, shape, word: state.replaceAll('_', ' ')}
}

/** From revision to revision? */
export const isJourney = kind => kind === 'upgrade' || kind === 'downgrade'

/** An operation's name. */
export const titleOf = ({dry_run: dry, kind, target}) => `${dry ? 'dry run: ' : ''}${words(kind).word}${target ? ` to ${target}` : ''}`.replace(` to ${kind}`, '')

/** What an operation has come to. */
export function outcome({kind, dry_run: dry, applied, revisions, result}) {
	if (isJourney(kind)) return revisions?.length ? `${dry ? '' : `${applied.length} of `}${count(revisions.length, 'revision')}` : ''
	if (!result) return ''
	if (kind === 'drift') return result.drift ? count(result.objects, 'difference') : 'no difference'
	if (kind === 'repair') return `${result.accepted.length} accepted, ${result.settled.length} settled`
	return `at ${result.rows.join(', ') || 'base'}`
}
