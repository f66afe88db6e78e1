// Signing in: a page of its own at first, and over whatever is open when a session has ended meanwhile.

import { words } from './words.js'
import { h, island } from './elements.js'
import { mark } from './parts.js'
import { session } from './api.js'

function sentenceOf (refusal) {
  if (refusal.status === 429) return words.signIn.tooMany
  if (refusal.code === 'required') return words.signIn.missing
  if (refusal.status === 401) return words.signIn.wrong
  return refusal.message
}

// A form that calls back with the session once there is one.
export function signInForm (sandboxToken, signedIn) {
  const wrong = h('p', { class: 'wrong', id: 'token-wrong', role: 'alert', hidden: true })
  const field = h('input', {
    id: 'token',
    type: 'password',
    autocomplete: 'off',
    spellcheck: 'false',
    autocapitalize: 'off',
    'aria-describedby': 'token-hint',
    class: 'wide'
  })
  const button = h('button', { class: sandboxToken ? 'button' : 'button main', type: 'submit' }, words.signIn.button)

  async function open (token, pressed) {
    pressed.disabled = true
    try {
      const opened = token === '' ? null : await session.open(token)
      if (!opened) throw Object.assign(new Error(words.signIn.missing), { status: 401, code: 'required' })
      field.value = ''
      signedIn(opened.session)
    } catch (error) {
      wrong.textContent = sentenceOf(error)
      wrong.hidden = false
      field.setAttribute('aria-invalid', 'true')
      field.setAttribute('aria-describedby', 'token-wrong token-hint')
      field.focus()
      field.select()
    } finally {
      pressed.disabled = false
    }
  }

  const form = h(
    'form',
    {
      class: 'stack',
      novalidate: true,
      onsubmit: event => {
        event.preventDefault()
        open(field.value.trim(), button)
      }
    },
    h(
      'div',
      { class: 'field' },
      h('label', { for: 'token' }, words.signIn.token),
      field,
      wrong,
      h('p', { class: 'hint', id: 'token-hint' }, words.signIn.hint)
    ),
    button
  )
  if (!sandboxToken) return island(form)
  const known = h(
    'button',
    { class: 'button main', type: 'button', onclick: () => open(sandboxToken, known) },
    words.signIn.sandbox
  )
  return island(h('div', { class: 'stack' }, h('div', { class: 'notice' }, h('p', null, words.signIn.sandboxHint), known), form))
}

export function signInPage (sandboxToken, signedIn) {
  return h(
    'main',
    { class: 'sign-in', key: 'sign-in', id: 'content' },
    h(
      'div',
      { class: 'card stack' },
      h('p', { class: 'brand' }, mark(28), words.product),
      h('h1', { tabindex: '-1' }, words.signIn.title),
      h('p', { class: 'lead' }, words.signIn.lead),
      signInForm(sandboxToken, signedIn)
    )
  )
}

// Over the page, which stays as it is. Resolves once there is a session again; asked by several at once it shows once.
let again = null
export function signInAgain (sandboxToken, signedIn) {
  again ??= new Promise(resolve => {
    const dialog = h(
      'dialog',
      { class: 'dialog', 'aria-labelledby': 'again-title', oncancel: event => event.preventDefault() },
      h('h2', { id: 'again-title' }, words.signIn.title),
      h('p', null, words.signIn.over),
      signInForm(sandboxToken, opened => {
        dialog.close()
        dialog.remove()
        again = null
        signedIn(opened)
        resolve()
      })
    )
    document.body.append(dialog)
    dialog.showModal()
  })
  return again
}
