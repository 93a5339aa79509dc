// What states are called and look like (never by colour alone), and what to do. Pure.

import {count} from './format.js'

const STATES = {
	applied: ['ok', 'full'],
	current: ['ok', 'ring'],
	pending: ['wait', 'dash'],
	modified: ['warn', 'diamond', 'An applied file has changed. Put it back, or accept it on its page.'],
	ahead: ['far', 'up', 'No file here knows its revision. Deploy the newer release again.'],
	up_to_date: ['ok', 'check'],
	diverged: ['bad', 'alert', 'It has revisions that no file knows, while others wait. Deploy files with both.'],
	half_done: ['warn', 'alert', 'A revision outside transactions stopped half way. Apply again to go on.'],
	in_doubt: ['bad', 'alert', 'A statement may have taken effect. Look, then “revisiond repair --done” or “--retry”.'],
	foreign: ['bad', 'alert', 'A version table stands in another schema. Set version_table.'],
	unreachable: ['bad', 'cross', 'PostgreSQL does not answer. revisiond keeps trying.'],
	queued: ['wait', 'hollow'],
	running: ['wait', 'turn'],
	succeeded: ['ok', 'check'],
	nothing_to_do: ['ok', 'check'],
	failed: ['bad', 'cross'],
	refused: ['bad', 'cross', 'Nothing has run.'],
	cancelled: ['off', 'hollow'],
	interrupted: ['warn', 'hollow', 'The process stopped. The next leader goes on.'],
	waiting_for_person: ['bad', 'alert', 'Look at the error; then repair, or apply again.'],
	reverted: ['off', 'hollow'],
	stamped: ['off', 'diamond'],
	missing: ['bad', 'hollow'],
	extra: ['far', 'full'],
	changed: ['warn', 'diamond'],
}

/** Of a state of anything. */
export function words(state) {
	const [tone, shape, sentence] = STATES[state] || ['off', 'hollow']
	return {tone, shape, word: state.replaceAll('_', ' '), sentence}
}

/** From revision to revision? */
export const isJourney = kind => kind === 'upgrade' || kind === 'downgrade'

/** What an operation is called. */
export const titleOf = ({dry_run: dry, kind, target}) => `${dry ? 'dry run: ' : ''}${words(kind).word}${target ? ` to ${target}` : ''}`

/** What an operation has come to. */
export function outcome({kind, dry_run: dry, applied, revisions, result}) {
	if (isJourney(kind)) return revisions?.length ? `${dry ? '' : `${applied.length} of `}${count(revisions.length, 'revision')}` : ''
	if (!result) return ''
	if (kind === 'drift') return result.drift ? count(result.objects, 'difference') : 'no difference'
	if (kind === 'repair') return `${result.accepted.length} accepted, ${result.settled.length} settled`
	return `at ${result.rows.join(', ') || 'base'}`
}
