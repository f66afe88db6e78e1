// Elements without a framework: h() makes what a page is to look like, render() changes what is there into it and leaves
// alone what is the same, so that focus, scrolling and what is being typed stay. Texts become text nodes, never markup.

const drawn = new Set(['svg', 'g', 'path', 'rect', 'line', 'circle', 'text', 'title', 'polyline'])
const namespace = 'http://www.w3.org/2000/svg'

// What a handler has begun may fail when nobody waits for it any more: whoever looks after the page tells of it.
export const failures = { tell: () => {} }

function dispatch (event) {
  const begun = event.currentTarget.handlers[event.type]?.(event)
  if (begun instanceof Promise) begun.catch(error => error.name === 'AbortError' || failures.tell(error))
}

function listen (element, type, handler) {
  element.handlers ??= {}
  if (!(type in element.handlers)) element.addEventListener(type, dispatch)
  element.handlers[type] = handler
}

function set (element, name, value) {
  if (value === undefined || value === null || value === false) return
  if (name.startsWith('on')) listen(element, name.slice(2), value)
  else if (name === 'key') element.key = String(value)
  else if (name === 'checked') element.checked = element.wantedChecked = true
  else if (name !== 'value' || element.localName === 'option' || element.localName === 'button')
    element.setAttribute(name, value === true ? '' : value)
}

// h('a', { href: '/', onclick: f, key: 7 }, 'text', [more], null): what is null or false is left out.
export function h (tag, properties, ...children) {
  const element = drawn.has(tag) ? document.createElementNS(namespace, tag) : document.createElement(tag)
  for (const [name, value] of Object.entries(properties ?? {})) set(element, name, value)
  for (const child of children.flat(Infinity)) {
    if (child === null || child === undefined || child === false) continue
    element.append(child instanceof Node ? child : String(child))
  }
  // Of a field: what the page wants in it; what a person has typed since stays until the page wants something else.
  if (properties && 'value' in properties && 'value' in element) element.value = element.wanted = properties.value ?? ''
  return element
}

// A piece of a page that looks after itself: render() leaves it alone.
export function island (element) {
  element.isIsland = true
  return element
}

function isLike (there, wanted) {
  return there.nodeType === wanted.nodeType && there.nodeName === wanted.nodeName && there.key === wanted.key
}

function changeAttributes (there, wanted) {
  const isOpened = there.localName === 'details' || there.localName === 'dialog'
  for (const { name } of [...there.attributes])
    if (!wanted.hasAttribute(name) && !(isOpened && name === 'open')) there.removeAttribute(name)
  for (const { name, value } of [...wanted.attributes]) if (there.getAttribute(name) !== value) there.setAttribute(name, value)
}

function change (there, wanted) {
  if (there === wanted) return
  if (there.nodeType !== Node.ELEMENT_NODE) {
    if (there.data !== wanted.data) there.data = wanted.data
    return
  }
  if (there.isIsland) return
  changeAttributes(there, wanted)
  for (const type of Object.keys(there.handlers ?? {})) if (!wanted.handlers?.[type]) there.handlers[type] = undefined
  for (const [type, handler] of Object.entries(wanted.handlers ?? {})) listen(there, type, handler)
  changeChildren(there, [...wanted.childNodes])
  if (wanted.wanted !== undefined && wanted.wanted !== there.wanted) there.value = there.wanted = wanted.wanted
  if (there.type === 'checkbox' && Boolean(wanted.wantedChecked) !== Boolean(there.wantedChecked))
    there.checked = there.wantedChecked = Boolean(wanted.wantedChecked)
}

function changeChildren (parent, wanted) {
  const keyed = new Map([...parent.childNodes].filter(it => it.key !== undefined).map(it => [it.key, it]))
  let next = parent.firstChild
  for (const child of wanted) {
    let there = child.key === undefined ? next : keyed.get(child.key)
    if (child.key === undefined && there && !isLike(there, child)) there = null
    if (there && !isLike(there, child)) there = null
    if (!there) {
      parent.insertBefore(child, next)
      continue
    }
    if (there === next) next = next.nextSibling
    else parent.insertBefore(there, next)
    change(there, child)
  }
  while (next) {
    const after = next.nextSibling
    next.remove()
    next = after
  }
}

export function render (parent, ...children) {
  changeChildren(parent, [...h('div', null, children).childNodes])
}

// Said to those who listen instead of looking.
export function announce (text) {
  const place = document.getElementById('said')
  place.textContent = ''
  setTimeout(() => {
    place.textContent = text
  }, 50)
}
