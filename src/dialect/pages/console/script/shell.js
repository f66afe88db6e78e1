// What stands around every page: who is signed in, and the way out.

import { words } from './words.js'
import { h, render } from './elements.js'
import { session } from './api.js'

export function startShell (app, signedIn) {
  const { label, hint, reseller } = signedIn.session
  const leave = async () => {
    await session.end()
    location.assign('/console/')
  }
  document.title = words.titled(reseller.name)
  render(app, h('main', { class: 'sign-in', key: 'shell', id: 'content' }, h('div', { class: 'card stack' },
    h('h1', { tabindex: '-1' }, words.consoleOf(reseller.name)),
    h('p', null, words.account.signedInAs, ' ', h('strong', null, label || words.account.unnamed(hint))),
    h('button', { class: 'button', onclick: leave }, words.account.signOut))))
}
