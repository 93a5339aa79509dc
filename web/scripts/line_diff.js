// Two texts as one, by line. Pure.

/** Lines with their marks: '' of both, 'del' of the first alone, 'ins' of the second alone. */
export function merge(first, second) {
	const [a, b] = [first, second].map(text => text?.trimEnd().split('\n') || [])
	const same = (i, j) => a[i]?.replace(/,$/, '') === b[j]?.replace(/,$/, '')  // the last of a list has no comma
	const common = [...a, ''].map(() => new Uint16Array(b.length + 1))  // of the rests from a[i] and b[j]
	for (let i = a.length; i--;) {
		for (let j = b.length; j--;) common[i][j] = same(i, j) ? common[i + 1][j + 1] + 1 : Math.max(common[i + 1][j], common[i][j + 1])
	}
	const merged = []
	for (let i = 0, j = 0; i < a.length || j < b.length;) {
		const both = same(i, j)
		const old = both || j === b.length || (i < a.length && common[i + 1][j] >= common[i][j + 1])
		merged.push(old ? [both ? '' : 'del', a[i++]] : ['ins', b[j]])
		if (both || !old) ++j
	}
	return merged
}
