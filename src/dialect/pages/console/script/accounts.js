// Accounts, by filters that are the address; what is seen can be exported, all of it.

import { words } from './words.js'
import { announce, h } from './elements.js'
import { get } from './api.js'
import { day, fromField, toField } from './times.js'
import { csv, cutNote, download, empty, link, pager, statusBadge, table } from './parts.js'
import { directory } from './directory.js'

const say = words.accounts
const weekMilliseconds = 7 * 86_400_000

// From now on, to the minute, so that the links stay the same while somebody looks.
export function week () {
  const now = Math.floor(Date.now() / 60000) * 60000
  return { ends_after: new Date(now).toISOString(), ends_before: new Date(now + weekMilliseconds).toISOString() }
}
const names = ['reseller', 'status', 'type', 'uid_prefix', 'email', 'domain', 'ends_after', 'ends_before', 'removed', 'order']
const rowsAtOnce = 50

const filtersOf = query => Object.fromEntries(names.map(name => [name, query.get(name)]).filter(([, value]) => value))

async function load (context) {
  const options = { isBackground: context.isBackground, signal: context.signal }
  const query = { ...filtersOf(context.query), owner: true, limit: rowsAtOnce, cursor: context.query.get('cursor') }
  const [page, resellers] = await Promise.all([get('/accounts', query, options), directory.all(options)])
  return { page, resellers }
}

function valueOf (name, value, resellers) {
  if (name === 'reseller') return resellers.get(Number(value))?.name ?? value
  if (name === 'status') return words.status[value] ?? value
  if (name === 'type') return words.type[value] ?? value
  if (name === 'order') return say.orders[value] ?? value
  if (name === 'removed') return words.yes
  return name.startsWith('ends_') ? day(value) : value
}

function chips (context, resellers) {
  const filters = Object.entries(filtersOf(context.query))
  if (!filters.length) return null
  const without = name => {
    const query = new URLSearchParams(context.query)
    query.delete(name)
    query.delete('cursor')
    return context.path + (query.size ? '?' + query : '')
  }
  return h(
    'ul',
    { class: 'chips', 'aria-label': say.chosen },
    filters.map(([name, value]) =>
      h(
        'li',
        { key: name },
        h(
          'a',
          { class: 'chip', href: without(name) },
          h('span', null, say.filters[name], ': ', valueOf(name, value, resellers), h('span', { class: 'unseen' }, say.takeAway)),
          h('span', { 'aria-hidden': 'true' }, '×')
        )
      )
    ),
    filters.length > 1 && h('li', null, h('a', { href: context.path }, say.clear))
  )
}

function filterForm (context, resellers) {
  const query = context.query
  const text = (name, attributes) =>
    h(
      'div',
      { class: 'field', key: name },
      h('label', { for: `f-${name}` }, say.filters[name]),
      h('input', { id: `f-${name}`, name, value: query.get(name) ?? '', autocomplete: 'off', ...attributes })
    )
  const date = name => text(name, { type: 'datetime-local', value: query.get(name) ? toField(query.get(name)) : '' })
  const choice = (name, options) =>
    h(
      'div',
      { class: 'field', key: name },
      h('label', { for: `f-${name}` }, say.filters[name]),
      h(
        'select',
        { id: `f-${name}`, name, value: query.get(name) ?? '' },
        h('option', { value: '' }, words.all),
        options.map(([value, shown]) => h('option', { value }, shown))
      ),
      cutNote(name === 'reseller' && resellers.isCut, options.length)
    )
  const apply = event => {
    event.preventDefault()
    const given = new URLSearchParams()
    for (const [name, value] of new FormData(event.currentTarget)) {
      const wanted = name.startsWith('ends_') && value ? fromField(value) : String(value).trim()
      if (wanted) given.set(name, wanted)
    }
    context.go(context.path + (given.size ? '?' + given : ''))
  }
  const statuses = ['entitled', 'provisioned', 'activated', 'suspended', 'deprovisioned'].map(it => [it, words.status[it]])
  return h(
    'details',
    { class: 'card filters', key: 'filters' },
    h('summary', null, say.filter),
    h(
      'form',
      { class: 'stack', onsubmit: apply },
      h(
        'div',
        { class: 'grid' },
        choice(
          'reseller',
          [...resellers.values()].map(it => [String(it.id), it.name])
        ),
        choice('status', statuses),
        choice('type', Object.entries(words.type)),
        text('uid_prefix'),
        text('email', { inputmode: 'email' }),
        text('domain'),
        date('ends_after'),
        date('ends_before'),
        choice('removed', [['true', say.onlyRemoved]]),
        choice('order', Object.entries(say.orders))
      ),
      h('div', { class: 'row' }, h('button', { class: 'button main', type: 'submit' }, say.apply))
    )
  )
}

// What is asked for most, as links.
function shortcuts (context) {
  const links = [
    [say.dueThisWeek, week()],
    [say.suspended, { status: 'suspended' }],
    [say.notRedeemed, { status: 'entitled' }]
  ]
  return h(
    'ul',
    { class: 'row shortcuts', 'aria-label': say.shortcuts },
    links.map(([text, query]) => h('li', { key: text }, link(context.path + '?' + new URLSearchParams(query), text)))
  )
}

// Every page of the list that is seen, not only this one. Pressed once more it stops.
const exporting = { isRunning: false }
async function exportAll (context, resellers) {
  if (exporting.isRunning) {
    exporting.isRunning = false
    return
  }
  exporting.isRunning = true
  const rows = []
  let cursor
  try {
    do {
      const page = await get('/accounts', { ...filtersOf(context.query), owner: true, limit: 200, cursor })
      for (const it of page.accounts)
        rows.push([
          it.id,
          it.uid,
          it.status,
          it.holds.join(' '),
          it.type,
          it.domain,
          it.reseller_id,
          resellers.get(it.reseller_id)?.name ?? '',
          it.owner?.email ?? '',
          it.deployed_members,
          it.created_at,
          it.updated_at,
          it.ends_at ?? '',
          it.removed_at ?? ''
        ])
      cursor = page.next
      exporting.rows = rows.length
      context.update()
    } while (cursor && exporting.isRunning)
    if (!exporting.isRunning) return
    download(
      'accounts.csv',
      csv(
        [
          'id',
          'uid',
          'status',
          'holds',
          'type',
          'domain',
          'reseller_id',
          'reseller',
          'owner',
          'deployed_members',
          'created_at',
          'updated_at',
          'ends_at',
          'removed_at'
        ],
        rows
      )
    )
    announce(words.exported(rows.length))
  } finally {
    exporting.isRunning = false
    context.update()
  }
}

export const accountColumns = resellers => [
  { title: say.columns.uid, cell: account => link(`/console/accounts/${account.id}`, account.uid) },
  { title: say.columns.status, cell: statusBadge },
  { title: say.columns.owner, cell: account => account.owner?.email ?? words.none },
  { title: say.columns.reseller, cell: account => resellers.get(account.reseller_id)?.name ?? account.reseller_id },
  { title: say.columns.type, cell: account => words.type[account.type] ?? account.type },
  { title: say.columns.ends, cell: account => day(account.ends_at) }
]

export const accountsPage = {
  name: 'accounts',
  title: () => words.nav.accounts,
  isList: true,
  load,
  concerns: event => event.account_id !== null,
  draw: ({ page, resellers }, context) => [
    h(
      'header',
      { class: 'page-head title-row' },
      h('h1', { tabindex: '-1' }, words.nav.accounts),
      h(
        'button',
        { class: 'button', onclick: () => exportAll(context, resellers) },
        exporting.isRunning ? words.exporting(exporting.rows ?? 0) : words.exportCsv
      )
    ),
    shortcuts(context),
    filterForm(context, resellers),
    chips(context, resellers),
    page.accounts.length
      ? h(
          'div',
          { class: 'card flush' },
          table(words.nav.accounts, accountColumns(resellers), page.accounts, account => account.id)
        )
      : empty(page.next ? words.shortPage : Object.keys(filtersOf(context.query)).length ? say.nothingMatches : say.nothingYet),
    pager(context, page)
  ]
}
