// A question before something is done: what will follow, what it needs to know, and whether it worked. Also what is shown
// once and never again.

import { words } from './words.js'
import { announce, h, island, render } from './elements.js'
import { newKey, Refusal } from './api.js'
import { copyButton } from './parts.js'

// asked, of which fields, check, send and done may look at the values and change them:
//   title, button, isGrave, label (as it is announced; else the button), values
//   above()                        what stands before the form
//   fields(values, update, field)  field: the one that is wrong
//   follows(values)                what will follow, in sentences; or the list itself
//   below(values, field)           what stands behind that
//   check(values)                  null, or what is missing; or [what, field]
//   place(field)                   a selector of where it is
//   send(values, key), done(answer)
//   meet(error)                    whether the error has changed what is asked, and the person decides anew
export function openDialog (asked) {
  const values = { ...asked.values }
  let wrong = null,
    field = null,
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

  function refuse (text, name) {
    wrong = text
    field = name
    isWorking = false
    update()
    const place = asked.place?.(name) ?? 'input:not(:disabled), select, .go'
    dialog.querySelector(place)?.focus()
  }

  async function send () {
    const missing = asked.check?.(values)
    if (missing) return refuse(...[missing].flat())
    isWorking = true
    wrong = field = null
    update()
    let answer
    try {
      answer = await asked.send(values, key)
    } catch (error) {
      if (error instanceof Refusal) key = newKey() // another request: its answer is another
      return asked.meet ? meet(error) : tell(error)
    }
    leave()
    announce(words.actions.done(asked.label ?? asked.button))
    asked.done(answer)
  }

  const tell = error => refuse(error.errors?.[0]?.detail || error.message, error.errors?.[0]?.field)

  async function meet (error) {
    if (!(await asked.meet(error).catch(() => false))) return tell(error)
    isWorking = false
    update()
    dialog.querySelector('.notice')?.scrollIntoView({ block: 'nearest' })
    dialog.querySelector('.go')?.focus()
  }

  function update () {
    const follows = typeof asked.follows === 'function' ? asked.follows(values) : (asked.follows ?? [])
    const button = typeof asked.button === 'function' ? asked.button() : asked.button
    render(
      dialog,
      h('h2', { id: 'dialog-title' }, asked.title),
      asked.above?.(),
      h(
        'form',
        {
          class: 'stack',
          novalidate: true,
          onsubmit: event => {
            event.preventDefault()
            return isWorking ? undefined : send()
          }
        },
        asked.fields?.(values, update, field),
        h(
          'div',
          { class: 'follows', 'aria-live': 'polite', key: 'follows' },
          follows.length > 0 && [
            h('h3', null, words.actions.whatFollows),
            h(
              'ul',
              { class: 'points' },
              follows.map(text => h('li', null, text))
            )
          ]
        ),
        asked.below?.(values, field),
        h('p', { class: 'wrong', id: 'dialog-wrong', role: 'alert', hidden: !wrong }, wrong ?? ''),
        h(
          'div',
          { class: 'row end' },
          h('button', { class: 'button', type: 'button', disabled: isWorking, onclick: leave }, words.cancel),
          h(
            'button',
            { class: `button main go${asked.isGrave ? ' grave' : ''}`, type: 'submit', disabled: isWorking },
            isWorking ? words.actions.working : button
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
