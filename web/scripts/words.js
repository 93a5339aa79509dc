// What a state is called, how it looks (never by colour alone), and what to do about it.

const STATES = {
	applied: ['ok', 'full'],
	current: ['ok', 'ring'],
	pending: ['wait', 'dash'],
	modified: ['warn', 'diamond', 'An applied file has changed. Put it back, or accept it by “revisiond repair”.'],
	ahead: ['far', 'up', 'It is at a revision that no file here knows. Deploy the newer release again.'],
	up_to_date: ['ok', 'check'],
	diverged: ['bad', 'alert', 'It has revisions that no file knows, while others wait. Deploy files with both, or stamp.'],
	half_done: ['warn', 'alert', 'A revision outside transactions stopped in between. Apply again to go on there.'],
	in_doubt: ['bad', 'alert', 'A statement may have taken effect. Look, then say it: “revisiond repair --done” or “--retry”.'],
	foreign: ['bad', 'alert', 'A version table stands in another schema. Set version_table in the configuration.'],
	unreachable: ['bad', 'bar', 'PostgreSQL does not answer. revisiond keeps trying.'],
	running: ['wait', 'turn'],
	succeeded: ['ok', 'check'],
	nothing_to_do: ['ok', 'check'],
	failed: ['bad', 'cross'],
	refused: ['bad', 'cross', 'Nothing has run.'],
	cancelled: ['off', 'bar'],
	interrupted: ['warn', 'bar', 'The process stopped. The next leader goes on.'],
	waiting_for_person: ['bad', 'alert', 'Look at the error; then repair, or apply again.'],
	reverted: ['off', 'hollow'],
	stamped: ['off', 'diamond'],
}

/** @param {string} state of anything @returns {{tone: string, shape: string, word: string, sentence?: string}} */
export function words(state) {
	const [tone, shape, sentence] = STATES[state] || ['off', 'hollow']
	return {tone, shape, word: state.replaceAll('_', ' '), sentence}
}
