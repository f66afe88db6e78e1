// What needs somebody: what ends soon, what is held, what got stuck.

import { words } from './words.js'
import { h } from './elements.js'
import { get } from './api.js'
import { link, section, table } from './parts.js'
import { accountColumns } from './accounts.js'
import { directory } from './directory.js'

const say = words.home
const rows = 8
const dayMilliseconds = 86_400_000

// To the minute, so that the links stay the same while somebody looks.
function week () {
  const now = Math.floor(Date.now() / 60000) * 60000
  return { ends_after: new Date(now).toISOString(), ends_before: new Date(now + 7 * dayMilliseconds).toISOString() }
}

async function load (context) {
  const options = { isBackground: context.isBackground, signal: context.signal }
  const due = week()
  const [ending, held, resellers] = await Promise.all([
    get('/accounts', { ...due, owner: true, limit: rows }, options), get('/accounts', { status: 'suspended', owner: true, limit: rows }, options),
    directory.all()])
  return { due, ending, held, resellers }
}

function accounts (title, page, href, resellers, nothing) {
  return section(title,
    page.accounts.length ? h('div', { class: 'flush-inside' }, table(title, accountColumns(resellers), page.accounts, account => account.id)) : h('p', { class: 'quiet' }, nothing),
    (page.accounts.length > 0 || page.next) && h('p', null, link(href, say.all(title))))
}

export const homePage = {
  name: 'home',
  title: () => words.nav.home,
  load,
  concerns: () => true,
  draw: ({ due, ending, held, resellers }) => [
    h('header', { class: 'page-head' }, h('h1', { tabindex: '-1' }, words.nav.home)),
    h('div', { class: 'stack' },
      accounts(say.ending, ending, '/console/accounts?' + new URLSearchParams(due), resellers, say.nothingEnds),
      accounts(say.held, held, '/console/accounts?status=suspended', resellers, say.nothingHeld))]
}
