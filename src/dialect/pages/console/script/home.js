// What needs somebody: what ends soon, what is held, what got stuck.

import { words } from './words.js'
import { h } from './elements.js'
import { get } from './api.js'
import { badge, link, section, table } from './parts.js'
import { accountColumns, week } from './accounts.js'
import { directory } from './directory.js'

const say = words.home
const rows = 8
const latest = 20 // imports and runs that are looked at

async function load (context) {
  const options = { isBackground: context.isBackground, signal: context.signal }
  const due = week()
  const [ending, held, { imports }, { workflow_runs: runs }, resellers] = await Promise.all([
    get('/accounts', { ...due, owner: true, limit: rows }, options),
    get('/accounts', { status: 'suspended', owner: true, limit: rows }, options),
    get('/imports', { limit: latest }, options),
    get('/workflow-runs', { limit: latest }, options),
    directory.all(options)
  ])
  return {
    due,
    ending,
    held,
    resellers,
    stuck: imports.filter(it => !it.finished_at),
    failed: runs.filter(it => ['failed', 'not_run'].includes(it.status))
  }
}

function accounts (title, page, href, resellers, nothing) {
  return section(
    title,
    page.accounts.length
      ? h(
          'div',
          { class: 'flush-inside' },
          table(title, accountColumns(resellers), page.accounts, account => account.id)
        )
      : h('p', { class: 'quiet' }, nothing),
    (page.accounts.length > 0 || page.next) && h('p', null, link(href, say.all(title)))
  )
}

// Of the latest; where all is well there is nothing to say.
function stuckOrFailed (stuck, failed) {
  if (!stuck.length && !failed.length) return null
  return section(
    say.attention,
    h(
      'ul',
      { class: 'stack tight' },
      stuck.map(it =>
        h('li', { key: it.id }, badge('suspended', words.imports.underWay), ' ', link(`/console/imports/${it.id}`, it.name))
      ),
      failed.map(run =>
        h(
          'li',
          { key: run.id },
          badge('failed', words.runs.status[run.status]),
          ' ',
          link(`/console/runs/${run.id}`, run.workflow),
          ' ',
          h('span', { class: 'quiet' }, run.reason)
        )
      )
    ),
    h(
      'p',
      { class: 'row' },
      h('span', { class: 'hint' }, say.latest(latest)),
      link('/console/imports', say.all(words.nav.imports)),
      link('/console/runs', say.all(words.nav.runs))
    )
  )
}

export const homePage = {
  name: 'home',
  title: () => words.nav.home,
  load,
  concerns: () => true,
  draw: ({ due, ending, held, resellers, stuck, failed }) => [
    h('header', { class: 'page-head' }, h('h1', { tabindex: '-1' }, words.nav.home)),
    h(
      'div',
      { class: 'stack' },
      accounts(say.ending, ending, '/console/accounts?' + new URLSearchParams(due), resellers, say.nothingEnds),
      accounts(say.held, held, '/console/accounts?status=suspended', resellers, say.nothingHeld),
      stuckOrFailed(stuck, failed)
    )
  ]
}
