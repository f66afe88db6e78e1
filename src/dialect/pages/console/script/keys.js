// Single keys, for those who want them: they can be turned off, and mean nothing where somebody types.

import { words } from './words.js'
import { h } from './elements.js'
import { remembered } from './times.js'

const places = { h: '/console/', a: '/console/accounts', r: '/console/resellers', n: '/console/numbers' }
const isOn = () => remembered.get('keys') !== 'off'

export function keyList () {
  const leave = () => {
    dialog.close()
    dialog.remove()
  }
  const dialog = h(
    'dialog',
    {
      class: 'dialog',
      'aria-labelledby': 'keys-title',
      oncancel: event => {
        event.preventDefault()
        leave()
      }
    },
    h('h2', { id: 'keys-title' }, words.keys.title),
    h(
      'dl',
      { class: 'facts' },
      words.keys.list.map(([key, what]) => h('div', { class: 'fact' }, h('dt', null, h('kbd', null, key)), h('dd', null, what)))
    ),
    h(
      'label',
      { class: 'check' },
      h('input', {
        type: 'checkbox',
        checked: isOn(),
        onchange: event => remembered.set('keys', event.target.checked ? 'on' : 'off')
      }),
      words.keys.enabled
    ),
    h('div', { class: 'row end' }, h('button', { class: 'button main', onclick: leave }, words.close))
  )
  document.body.append(dialog)
  dialog.showModal()
}

export function listenToKeys (go, search) {
  let isAfterG = false
  document.addEventListener('keydown', event => {
    if (!isOn() || event.metaKey || event.ctrlKey || event.altKey || document.querySelector('dialog[open]')) return
    if (event.target.closest('input, select, textarea, [contenteditable]')) return
    const wasAfterG = isAfterG
    isAfterG = event.key === 'g' && !wasAfterG
    if (wasAfterG && places[event.key]) go(places[event.key])
    else if (event.key === '/') search()
    else if (event.key === '?') keyList()
    else return
    event.preventDefault()
  })
}
