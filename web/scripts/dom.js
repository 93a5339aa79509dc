// Elements without markup in strings: what a server sends can only become text.

const HANDLERS = ['onclick', 'oninput', 'onchange', 'onsubmit', 'ontoggle']
const KEPT = ['open', 'style']
const flat = children => children.flat(Infinity).filter(child => child || child === 0)

/** Makes tag.class of attributes (if `first` is an object) and children; what is false or empty is left out. */
export function el(name, first, ...children) {
	const [tag, ...classes] = name.split('.')
	const node = document.createElementNS(`http://www.w3.org/${/svg|path/.test(tag) ? '2000/svg' : '1999/xhtml'}`, tag)
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

/** Changes the children of `parent` into these, in place by tag and `data-key`: focus, scroll and open details stay. */
export function replace(parent, ...children) {
	const wanted = flat(children).map(child => (child instanceof Node ? child : new Text(child)))
	const keys = new Set(wanted.map(node => node.dataset?.key))
	for (const node of [...parent.children]) if (!keys.has(node.dataset.key)) node.remove()
	let old = parent.firstChild
	for (const node of wanted) {
		if (old?.nodeName === node.nodeName && old.dataset?.key === node.dataset?.key) {
			if (old !== node) update(old, node)
			old = old.nextSibling
		} else parent.insertBefore(node, old)
	}
	while (old?.nextSibling) old.nextSibling.remove()
	old?.remove()
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
