// Begins: asks who is signed in, and shows either the way in or the page that the address names.

import { words } from './words.js'
import { h, render } from './elements.js'
import { connection, session } from './api.js'
import { signInAgain, signInPage } from './session.js'
import { startShell } from './shell.js'

const app = document.getElementById('app')

async function begin () {
  const shown = await session.show()
  let holder = shown.session?.credential
  // Somebody else sees something else: what is open is not theirs.
  connection.onSignedOut = () =>
    signInAgain(shown.sandbox_token, opened => {
      if (opened.credential !== holder) location.reload()
    })
  const enter = opened => {
    holder = opened.credential
    return startShell(app, { ...shown, session: opened })
  }
  if (shown.session) return enter(shown.session)
  document.title = words.titled(words.signIn.title)
  render(app, signInPage(shown.sandbox_token, enter))
  document.getElementById('token').focus()
}

begin().catch(error => {
  render(
    app,
    h(
      'main',
      { class: 'sign-in' },
      h(
        'div',
        { class: 'card stack' },
        h('h1', null, words.wentWrong),
        h('p', null, error.message),
        h('button', { class: 'button main', onclick: () => location.reload() }, words.retry)
      )
    )
  )
})
