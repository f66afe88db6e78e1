// A question before something is done: what will follow, what it needs to know, and whether it worked. Also what is shown
// once and never again.

import { words } from './words.js'
import { announce, h, island, render } from './elements.js'
import { newKey, Refusal } from './api.js'
import { copyButton } from './parts.js'

// { title, follows, button, isGrave, values, fields(values, update, wrong), check(values), send(values, key), done(answer) }
export function openDialog (asked) {
  const values = { ...asked.values }
  let wrong = null,
    isWorking = false,
    key = newKey()
  const opener = document.activeElement
  const dialog = island(h('dialog', { class: 'dialog', 'aria-labelledby': 'dialog-title' }))
  const leave = () => {
    dialog.close()
    dialog.remove()
    if (opener?.isConnected) opener.focus()
    else document.querySelector('h1')?.focus()
  }
  dialog.addEventListener('cancel', event => {
    event.preventDefault()
    if (!isWorking) leave()
  })

  function refuse (text) {
    wrong = text
    isWorking = false
    update()
    dialog.querySelector('input:not(:disabled), select, .go')?.focus()
  }

  async function send () {
    const missing = asked.check?.(values)
    if (missing) return refuse(missing)
    isWorking = true
    wrong = null
    update()
    try {
      const answer = await asked.send(values, key)
      leave()
      announce(words.actions.done(asked.button))
      asked.done(answer)
    } catch (error) {
      if (error instanceof Refusal) key = newKey()
      refuse(error.errors?.[0]?.detail || error.message)
    }
  }

  function update () {
    render(
      dialog,
      h('h2', { id: 'dialog-title' }, asked.title),
      h(
        'form',
        {
          class: 'stack',
          novalidate: true,
          onsubmit: event => {
            event.preventDefault()
            if (!isWorking) send()
          }
        },
        asked.fields?.(values, update, wrong),
        asked.follows?.length > 0 &&
          h(
            'div',
            { class: 'follows' },
            h('h3', null, words.actions.whatFollows),
            h(
              'ul',
              { class: 'points' },
              asked.follows.map(text => h('li', null, text))
            )
          ),
        h('p', { class: 'wrong', id: 'dialog-wrong', role: 'alert', hidden: !wrong }, wrong ?? ''),
        h(
          'div',
          { class: 'row end' },
          h('button', { class: 'button', type: 'button', disabled: isWorking, onclick: leave }, words.cancel),
          h(
            'button',
            { class: `button main go${asked.isGrave ? ' grave' : ''}`, type: 'submit', disabled: isWorking },
            isWorking ? words.actions.working : asked.button
          )
        )
      )
    )
  }
  update()
  document.body.append(dialog)
  dialog.showModal()
}

export const field = (id, label, values, attributes = {}, hint = null) =>
  h(
    'div',
    { class: 'field', key: id },
    h('label', { for: id }, label),
    h('input', {
      id,
      value: values[id] ?? '',
      autocomplete: 'off',
      'aria-describedby': hint ? `${id}-hint dialog-wrong` : 'dialog-wrong',
      oninput: event => {
        values[id] = event.target.value
      },
      ...attributes
    }),
    hint && h('p', { class: 'hint', id: `${id}-hint` }, hint)
  )

export const choice = (id, label, values, options, onchange) =>
  h(
    'div',
    { class: 'field', key: id },
    h('label', { for: id }, label),
    h(
      'select',
      {
        id,
        value: values[id] ?? '',
        onchange: event => {
          values[id] = event.target.value
          onchange?.()
        }
      },
      options.map(([value, text]) => h('option', { value }, text))
    )
  )

export function showSecret (title, hint, secret) {
  const leave = () => {
    dialog.close()
    dialog.remove()
  }
  const dialog = h(
    'dialog',
    { class: 'dialog', 'aria-labelledby': 'secret-title', oncancel: event => event.preventDefault() },
    h('h2', { id: 'secret-title' }, title),
    h('p', null, hint),
    h('p', { class: 'row' }, h('code', { class: 'long secret' }, secret), copyButton(secret)),
    h('div', { class: 'row end' }, h('button', { class: 'button main', onclick: leave }, words.resellers.secretKept))
  )
  document.body.append(dialog)
  dialog.showModal()
}
