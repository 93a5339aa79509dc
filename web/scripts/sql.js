// PostgreSQL's SQL as tokens to be coloured. Pure. What has no end reaches to the end.

const KEYWORDS = new RegExp('^(add|alter|and|as|begin|by|case|check|column|comment|concurrently|constraint|create|default|delete|do|drop|else|end|exists|for|foreign|'
	+ 'from|function|grant|if|in|index|insert|into|is|join|key|language|not|null|on|or|order|primary|references|returns|select|set|table|then|to|'
	+ 'trigger|type|unique|update|using|values|view|when|where|with)$', 'i')
const TOKEN = new RegExp("(?<space>\\s+)|(?<comment>--.*|/\\*(?:/\\*[^]*?\\*/|[^])*?(?:\\*/|$))|(?<text>e'(?:\\\\[^]|''|[^'\\\\])*(?:'|$)|'[^']*(?:'|$))|"
	+ '(?<name>"[^"]*(?:"|$))|(?<dollar>\\$(?:[a-z_]\\w*)?\\$)|(?<number>\\d[\\w.]*)|(?<word>[\\p{L}_][\\p{L}\\w$]*)|(?<other>[^])', 'iuy')

/** Kinds and texts, all of it. */
export function tokens(sql) {
	const found = []
	for (let at = 0; at < sql.length;) {
		TOKEN.lastIndex = at
		const match = TOKEN.exec(sql)
		let kind = Object.keys(match.groups).find(name => match.groups[name])
		const [text] = match
		if (kind === 'dollar') {  // the body of a function is code, too
			const inside = at + text.length
			const end = sql.indexOf(text, inside)
			found.push({kind: 'text', text}, ...tokens(sql.slice(inside, end < 0 ? undefined : end)))
			if (end < 0) break
			at = end
			kind = 'text'
		} else if (KEYWORDS.test(text)) kind = 'keyword'
		found.push({kind, text})
		at += text.length
	}
	return found
}

/** The same by line. */
export function lines(sql) {
	const all = []
	for (const {kind, text} of tokens(`\n${sql}`)) {
		text.split('\n').forEach((part, index) => {
			if (index) all.push([])
			if (part) all.at(-1).push({kind, text: part})
		})
	}
	return all
}
