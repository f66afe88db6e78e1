// What several pages are made of: badges, facts, tables that become lists on a phone, pages of lists, messages.

import { words } from './words.js'
import { announce, h } from './elements.js'

// As page/icon.svg has it, drawn here: the browser asks for that one anyway, and need not ask twice.
export const mark = size =>
  h(
    'svg',
    { viewBox: '0 0 32 32', width: size, height: size, 'aria-hidden': 'true' },
    h('rect', { width: 32, height: 32, rx: 7, fill: '#1d4ed8' }),
    h('path', {
      d: 'M11 25V7h6.5a5.75 5.75 0 0 1 0 11.5H11',
      fill: 'none',
      stroke: '#fff',
      'stroke-width': 3.5,
      'stroke-linejoin': 'round',
      'stroke-linecap': 'round'
    })
  )

export const link = (href, ...children) => h('a', { href }, children)

export function statusBadge (account) {
  const status = account.removed_at ? 'removed' : account.status
  return h('span', { class: `badge ${status}` }, words.status[status])
}

export const badge = (kind, text) => h('span', { class: `badge ${kind}` }, text)

// facts([['Uid', 'a'], ['Ends', when]]); what is null is left out.
export function facts (rows) {
  return h(
    'dl',
    { class: 'facts' },
    rows
      .filter(Boolean)
      .map(([name, ...value]) => h('div', { class: 'fact', key: name }, h('dt', null, name), h('dd', null, value)))
  )
}

// columns: [{ title, cell: row => child, isNumber }]; the first one names the row.
export function table (caption, columns, rows, keyOf) {
  const name = index => (index === 0 ? 'rowheader' : 'cell')
  return h(
    'table',
    { class: 'list', role: 'table' },
    h('caption', { class: 'unseen' }, caption),
    h(
      'thead',
      { role: 'rowgroup' },
      h(
        'tr',
        { role: 'row' },
        columns.map(column => h('th', { scope: 'col', role: 'columnheader', class: column.isNumber && 'number' }, column.title))
      )
    ),
    h(
      'tbody',
      { role: 'rowgroup' },
      rows.map(row =>
        h(
          'tr',
          { role: 'row', key: keyOf(row) },
          columns.map((column, index) =>
            h(
              index === 0 ? 'th' : 'td',
              { role: name(index), scope: index === 0 && 'row', class: column.isNumber && 'number', 'data-title': column.title },
              h('span', { class: 'value' }, column.cell(row))
            )
          )
        )
      )
    )
  )
}

export const empty = (text, ...more) => h('div', { class: 'empty' }, h('p', null, text), more)

// Below a list that is not all there is.
export const cutNote = (isCut, number) => isCut && h('p', { class: 'hint' }, words.onlyFirst(number))
export const perhapsMore = isCut => isCut && h('p', { class: 'hint' }, words.perhapsMore)

export function problem (error, retry) {
  return h(
    'div',
    { class: 'notice bad', role: 'alert' },
    h('p', null, h('strong', null, words.wentWrong), ' ', error.message),
    retry && h('button', { class: 'button', onclick: retry }, words.retry)
  )
}

export const section = (title, ...children) =>
  h('section', { class: 'card stack', 'aria-label': title, key: title }, h('h2', null, title), children)

// Leads to the pages beside this one; the address says which.
export function pager (context, page) {
  const to = cursor => {
    const query = new URLSearchParams(context.query)
    cursor ? query.set('cursor', cursor) : query.delete('cursor')
    return context.path + (query.size ? '?' + query : '')
  }
  const isFirst = !context.query.get('cursor')
  if (isFirst && !page.next) return null
  return h(
    'nav',
    { class: 'pager', 'aria-label': words.pagesOfList },
    !isFirst &&
      h(
        'a',
        { class: 'button', href: page.previous ? to(page.previous) : to(null) },
        page.previous ? words.previous : words.first
      ),
    page.next && h('a', { class: 'button', href: to(page.next) }, words.next)
  )
}

export function copyButton (text, label = words.copy) {
  const button = h(
    'button',
    {
      class: 'button small',
      type: 'button',
      onclick: async event => {
        const pressed = event.currentTarget
        try {
          await navigator.clipboard.writeText(text)
        } catch {
          const range = document.createRange()
          const shown = pressed.parentElement.querySelector('code')
          if (shown) range.selectNodeContents(shown)
          getSelection().removeAllRanges()
          getSelection().addRange(range)
          document.execCommand('copy')
        }
        announce(words.copied)
      }
    },
    label
  )
  return button
}

// A spreadsheet does not compute what begins with an apostrophe.
const csvCell = value => {
  let text = value === null || value === undefined ? '' : String(value)
  if (/^[=+\-@\t\r]/.test(text) && !/^-?\d+(\.\d+)?$/.test(text)) text = "'" + text
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
export const csv = (names, rows) => [names, ...rows].map(row => row.map(csvCell).join(',')).join('\r\n') + '\r\n'

export function download (name, text) {
  const url = URL.createObjectURL(new Blob(['\ufeff', text], { type: 'text/csv' }))
  const anchor = h('a', { href: url, download: name })
  anchor.click()
  setTimeout(() => URL.revokeObjectURL(url), 60000)
}
