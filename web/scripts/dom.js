// Elements without markup in strings: what a server sends can only become text. Views build what they
// want, and replace() changes the page into it: focus, scroll and open details stay.

const HANDLERS = ['onclick', 'oninput', 'onchange', 'onsubmit', 'ontoggle']
const KEPT = ['open', 'style']
const flat = children => children.flat(Infinity).filter(child => child || child === 0)

/**
 * Makes an element; what is false or empty is left out.
 * @param {string} name tag.class @param {any} [first] attributes (`on…` are functions), or a child
 * @param {...any} children nodes, text, numbers, arrays of these
 * @returns {any}
 */
export function el(name, first, ...children) {
	const [tag, ...classes] = name.split('.')
	const node = /svg|path/.test(tag) ? document.createElementNS('http://www.w3.org/2000/svg', tag) : document.createElement(tag)
	const given = first?.constructor === Object && first
	for (const [key, value] of Object.entries(given || {})) {
		if (key === 'style') node.style.cssText = value
		else if (key.startsWith('on')) node[key] = value
		else if (value || value === 0) node.setAttribute(key, value === true ? '' : value)
	}
	if (classes.length) node.setAttribute('class', classes.join(' '))
	node.append(...flat(given ? children : [first, ...children]))
	return node
}

/** Makes these the children of `parent`; one of the same tag and `data-key` is changed in place. @param {Element} parent @param {...any} children */
export function replace(parent, ...children) {
	const wanted = flat(children).map(child => (child instanceof Node ? child : new Text(child)))
	const keys = new Set(wanted.map(node => node.dataset?.key))
	for (const node of [...parent.children]) if (!keys.has(node.dataset.key)) node.remove()
	let old = parent.firstChild
	for (const node of wanted) {
		const same = old?.nodeName === node.nodeName && old.dataset?.key === node.dataset?.key
		if (same && old !== node) update(old, node)
		if (same) old = old.nextSibling
		else parent.insertBefore(node, old)
	}
	while (old) {
		const gone = old
		old = old.nextSibling
		gone.remove()
	}
}

function update(old, node) {
	if (node instanceof Text) {
		if (old.data !== node.data) old.data = node.data
		return
	}
	for (const {name} of [...old.attributes]) if (!node.hasAttribute(name) && !KEPT.includes(name)) old.removeAttribute(name)
	for (const {name, value} of node.attributes) if (!KEPT.includes(name)) old.setAttribute(name, value)
	old.style.cssText = node.style.cssText
	for (const name of HANDLERS) old[name] = node[name]
	replace(old, [...node.childNodes])
}
