// Numbers of a reseller, of it and all below it, or of all: by day, week or month, as charts and as the table that they were
// made of. What is exported is that table.

import { words } from './words.js'
import { announce, h } from './elements.js'
import { get } from './api.js'
import { csv, cutNote, download, section, table } from './parts.js'
import { directory } from './directory.js'

const say = words.numbers

async function load (context) {
  const wanted = context.query.get('by')
  const step = Object.hasOwn(say.steps, wanted ?? '') ? wanted : 'day'
  const reseller = Number(context.query.get('reseller')) || null
  const tree = reseller !== null && context.query.get('tree') === 'true'
  const path = reseller ? `/resellers/${reseller}/counts` : '/counts'
  const options = { isBackground: context.isBackground, signal: context.signal }
  const [{ days, total }, resellers] = await Promise.all([
    get(path, { by: step, tree: tree || undefined }, options),
    directory.all(options)
  ])
  return { step, reseller, tree, resellers, periods: days, total }
}

const living = period => period.accounts.entitled + period.accounts.provisioned + period.accounts.activated
const conversion = period => (period.opened ? say.percent(period.converted / period.opened) : null)

// [its name in the file, its value]; shown under words.numbers.columns.
const columns = [
  ['opened', period => period.opened],
  ['redeemed', period => period.redeemed],
  ['conversion', conversion],
  ['median_days', period => period.median_days],
  ['activated', period => period.entered.activated],
  ['suspended', period => period.entered.suspended],
  ['closed', period => period.entered.deprovisioned],
  ['removed', period => period.removed],
  ['are_living', living],
  ['are_activated', period => period.accounts.activated],
  ['are_suspended', period => period.accounts.suspended]
]
const valueOf = Object.fromEntries(columns)
const shown = value => (value === null ? words.none : typeof value === 'number' ? words.number(value) : value)

// Of each chart: what it shows, in which of three colours.
const charts = [
  { title: say.chart, series: [['opened', 'opened'], ['redeemed', 'redeemed'], ['closed', 'closed']] },
  { title: say.chartOfStates, series: [['are_activated', 'redeemed'], ['are_suspended', 'closed']] }
]

const shape = { height: 240, left: 44, bottom: 28, top: 12 }

// A scale that ends at 1, 2 or 5 of something.
function niceMax (value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)))
  return [1, 2, 5, 10].map(it => it * power).find(it => it >= value)
}

function chart (periods, step, title, series) {
  const size = { ...shape, width: Math.max(260, Math.min(720, innerWidth - 72)) } // letters stay as large as they are
  const top = niceMax(Math.max(4, ...periods.flatMap(period => series.map(([name]) => valueOf[name](period)))))
  const inner = { width: size.width - size.left, height: size.height - size.bottom - size.top }
  const y = value => size.top + inner.height * (1 - value / top)
  const slot = inner.width / periods.length
  const bar = Math.max(1, Math.min(14, (slot * 0.8) / series.length))
  const every = Math.ceil(periods.length / (size.width / 80))
  return h(
    'svg',
    { class: 'chart', viewBox: `0 0 ${size.width} ${size.height}`, role: 'img', 'aria-label': title },
    [0, top / 2, top].map(value =>
      h(
        'g',
        null,
        h('line', { x1: size.left, x2: size.width, y1: y(value), y2: y(value), class: 'grid-line' }),
        h('text', { x: size.left - 8, y: y(value) + 4, 'text-anchor': 'end' }, words.number(value))
      )
    ),
    periods.map((period, index) =>
      h(
        'g',
        null,
        series.map(([name, colour], at) =>
          h('rect', {
            class: colour,
            x: size.left + slot * index + slot / 2 + (at - series.length / 2) * bar,
            width: bar * 0.9,
            y: y(valueOf[name](period)),
            height: size.top + inner.height - y(valueOf[name](period))
          })
        ),
        index % every === 0 &&
          h(
            'text',
            { x: size.left + slot * (index + 0.5), y: size.height - 8, 'text-anchor': 'middle' },
            period.day.slice(step === 'month' ? 0 : 5, step === 'month' ? 7 : 10)
          )
      )
    )
  )
}

// The newest first, as it stands in the table.
const rowsOf = data => [...data.periods].reverse()

function exportTable (data) {
  const rows = rowsOf(data).map(period => [period.day, ...columns.map(([, value]) => value(period))])
  download('numbers.csv', csv(['from', ...columns.map(([name]) => name)], rows))
  announce(words.exported(rows.length))
}

function drawChart ({ title, series }, data) {
  return section(
    title(data.step),
    h(
      'ul',
      { class: 'legend' },
      series.map(([name, colour]) =>
        h('li', null, h('span', { class: `key ${colour}`, 'aria-hidden': 'true' }), say.columns[name])
      )
    ),
    chart(data.periods, data.step, title(data.step), series)
  )
}

export const numbersPage = {
  name: 'numbers',
  title: () => words.nav.numbers,
  load,
  draw: (data, context) => {
    const to = (name, value, obsolete) => {
      const query = new URLSearchParams(context.query)
      value ? query.set(name, value) : query.delete(name)
      if (obsolete) query.delete(obsolete)
      context.go(context.path + (query.size ? '?' + query : ''))
    }
    const tableColumns = [
      { title: say.columns.from[data.step], cell: period => period.day },
      ...columns.map(([name, value]) => ({ title: say.columns[name], cell: period => shown(value(period)), isNumber: true }))
    ]
    return [
      h(
        'header',
        { class: 'page-head title-row' },
        h('h1', { tabindex: '-1' }, words.nav.numbers),
        h('button', { class: 'button', onclick: () => exportTable(data) }, words.exportCsv)
      ),
      h(
        'div',
        { class: 'stack' },
        h(
          'div',
          { class: 'row' },
          h(
            'div',
            { class: 'field narrow' },
            h('label', { for: 'n-reseller' }, words.account.reseller),
            h(
              'select',
              {
                id: 'n-reseller',
                value: data.reseller ? String(data.reseller) : '',
                onchange: event => (event.target.value ? to('reseller', event.target.value) : to('reseller', '', 'tree'))
              },
              h('option', { value: '' }, say.everybody),
              [...data.resellers.values()].map(it => h('option', { value: it.id }, it.name))
            ),
            cutNote(data.resellers.isCut, data.resellers.size)
          ),
          h(
            'div',
            { class: 'field narrow' },
            h('label', { for: 'n-by' }, say.by),
            h(
              'select',
              { id: 'n-by', value: data.step, onchange: event => to('by', event.target.value) },
              Object.entries(say.steps).map(([value, text]) => h('option', { value }, text))
            )
          ),
          data.reseller !== null &&
            h(
              'label',
              { class: 'check', key: 'tree' },
              h('input', {
                id: 'n-tree',
                type: 'checkbox',
                checked: data.tree,
                onchange: event => to('tree', event.target.checked ? 'true' : '')
              }),
              say.tree
            )
        ),
        h(
          'ul',
          { class: 'tiles' },
          ['opened', 'redeemed', 'conversion', 'median_days', 'closed'].map(name =>
            h(
              'li',
              { class: 'card' },
              h('span', { class: 'quiet' }, say.columns[name]),
              h('strong', { class: 'tile-number' }, shown(valueOf[name](data.total)))
            )
          )
        ),
        charts.map(it => drawChart(it, data)),
        section(
          say.table,
          h(
            'div',
            { class: 'flush-inside scrolls', tabindex: '0', role: 'group', 'aria-label': say.scrolls },
            table(say.table, tableColumns, rowsOf(data), period => period.day)
          ),
          h('p', { class: 'hint' }, say.hint)
        )
      )
    ]
  }
}
