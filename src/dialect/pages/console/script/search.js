// One box that finds everything: as somebody types, with the arrow keys, or by Enter.

import { words } from './words.js'
import { announce, h, island, render } from './elements.js'
import { get } from './api.js'
import { statusBadge } from './parts.js'
import { directory } from './directory.js'

const say = words.search

// [{ href, node, label }] in the order in which they are shown.
function optionsOf (found, resellers) {
  const accounts = found.accounts.map(({ matched, account }) => ({
    href: `/console/accounts/${account.id}`,
    label: account.uid,
    node: [
      h('span', { class: 'option-main' }, account.uid),
      statusBadge(account),
      h(
        'span',
        { class: 'quiet' },
        [account.owner?.email, resellers.get(account.reseller_id)?.name].filter(Boolean).join(' · '),
        matched !== 'uid' && ` (${say.matched[matched] ?? matched})`
      )
    ]
  }))
  const others = found.resellers.map(reseller => ({
    href: `/console/resellers/${reseller.id}`,
    label: reseller.name,
    node: [h('span', { class: 'option-main' }, reseller.name), h('span', { class: 'quiet' }, `${say.reseller} ${reseller.id}`)]
  }))
  return [...accounts, ...others]
}

export function searchBox (go) {
  let options = [],
    active = -1,
    asked = 0,
    timer = null,
    controller = null,
    hasMore = false,
    shownFor = ''
  const list = h('ul', { id: 'found', role: 'listbox', 'aria-label': say.label })
  const note = h('p', { class: 'found-note quiet' })
  const panel = h('div', { class: 'found', hidden: true }, list, note)
  const field = h('input', {
    id: 'search',
    type: 'search',
    role: 'combobox',
    'aria-expanded': 'false',
    'aria-controls': 'found',
    'aria-autocomplete': 'list',
    autocomplete: 'off',
    autocapitalize: 'off',
    spellcheck: 'false',
    placeholder: say.placeholder,
    maxlength: 320
  })

  function show (isShown) {
    panel.hidden = !isShown
    field.setAttribute('aria-expanded', String(isShown && options.length > 0))
    if (!isShown) activate(-1)
  }

  function activate (index) {
    active = index
    for (const [at, item] of [...list.children].entries()) item.setAttribute('aria-selected', String(at === index))
    index < 0 ? field.removeAttribute('aria-activedescendant') : field.setAttribute('aria-activedescendant', `found-${index}`)
    list.children[index]?.scrollIntoView({ block: 'nearest' })
  }

  function choose (index) {
    const option = options[index]
    if (!option) return
    show(false)
    field.value = ''
    shownFor = ''
    options = []
    go(option.href)
  }

  async function look () {
    const text = field.value.trim()
    const number = ++asked
    controller?.abort()
    if (!text) {
      options = []
      shownFor = ''
      return show(false)
    }
    controller = new AbortController()
    try {
      const [found, resellers] = await Promise.all([
        get('/search', { q: text, limit: 10 }, { signal: controller.signal }),
        directory.all()
      ])
      if (number !== asked) return
      options = optionsOf(found, resellers)
      hasMore = found.more
      shownFor = text
      draw(text)
    } catch (error) {
      if (error.name === 'AbortError' || number !== asked) return
      options = []
      render(list)
      note.textContent = error.message
      show(true)
    }
  }

  function draw (text) {
    render(
      list,
      options.map((option, index) =>
        h(
          'li',
          {
            id: `found-${index}`,
            role: 'option',
            key: option.href,
            'aria-selected': 'false',
            onmousedown: event => event.preventDefault(),
            onclick: () => choose(index)
          },
          option.node
        )
      )
    )
    note.textContent = options.length === 0 ? say.nothing(text) : hasMore ? say.more : ''
    note.hidden = note.textContent === ''
    list.hidden = options.length === 0
    show(document.activeElement === field)
    announce(say.results(options.length))
  }

  async function enter () {
    clearTimeout(timer)
    if (field.value.trim() !== shownFor) await look()
    choose(active < 0 ? 0 : active)
  }

  field.addEventListener('input', () => {
    clearTimeout(timer)
    timer = setTimeout(look, 120)
  })
  field.addEventListener('focus', () => {
    if (field.value.trim() && field.value.trim() === shownFor) show(true)
  })
  field.addEventListener('blur', () => show(false))
  field.addEventListener('keydown', event => {
    const last = options.length - 1
    if (event.key === 'ArrowDown' && last >= 0) {
      show(true)
      activate(active >= last ? 0 : active + 1)
    } else if (event.key === 'ArrowUp' && last >= 0) {
      show(true)
      activate(active <= 0 ? last : active - 1)
    } else if (event.key === 'Escape') {
      if (panel.hidden) field.value = ''
      show(false)
    } else if (event.key !== 'Enter') return
    event.preventDefault()
    if (event.key === 'Enter') enter()
  })
  return island(
    h(
      'div',
      { class: 'search', role: 'search', key: 'search' },
      h('label', { for: 'search', class: 'unseen' }, say.label),
      field,
      panel
    )
  )
}
