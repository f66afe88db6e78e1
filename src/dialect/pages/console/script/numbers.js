// Numbers of a reseller, or of all: by day, week or month, as a chart and as the table that it was made of.

import { words } from './words.js'
import { announce, h } from './elements.js'
import { get } from './api.js'
import { csv, download, section, table } from './parts.js'
import { directory } from './directory.js'

const say = words.numbers
const dayMilliseconds = 86_400_000
const spans = { day: 30, week: 25 * 7, month: 334 } // days back, to the beginning of what they are in
const dayText = milliseconds => new Date(milliseconds).toISOString().slice(0, 10)

// The first day of the week (Monday) or month that a day belongs to.
function beginOf (day, step) {
  if (step === 'day') return day
  if (step === 'month') return day.slice(0, 8) + '01'
  const date = new Date(day + 'T00:00:00Z')
  return dayText(date.getTime() - ((date.getUTCDay() + 6) % 7) * dayMilliseconds)
}

// What came to pass adds up; of what there is, the last day counts.
function group (days, step) {
  const periods = new Map()
  for (const day of days) {
    const begin = beginOf(day.day, step)
    const period = periods.get(begin) ?? { begin, opened: 0, redeemed: 0, activated: 0, suspended: 0, closed: 0, removed: 0 }
    period.opened += day.opened
    period.removed += day.removed
    period.redeemed += day.entered.provisioned
    period.activated += day.entered.activated
    period.suspended += day.entered.suspended
    period.closed += day.entered.deprovisioned
    period.accounts = day.accounts
    periods.set(begin, period)
  }
  return [...periods.values()]
}

async function load (context) {
  const step = spans[context.query.get('by')] ? context.query.get('by') : 'day'
  const reseller = Number(context.query.get('reseller')) || null
  const path = reseller ? `/resellers/${reseller}/counts` : '/counts'
  const options = { isBackground: context.isBackground, signal: context.signal }
  // Thirty days up to the last, which may be another one than the server's: a sandbox travels.
  const [latest, resellers] = await Promise.all([get(path, {}, options), directory.all()])
  let days = latest.days
  if (step !== 'day') {
    const until = days.at(-1).day
    days = (await get(path, { from: beginOf(dayText(Date.parse(until) - spans[step] * dayMilliseconds), step), until }, options))
      .days
  }
  return { step, reseller, resellers, periods: group(days, step) }
}

const series = ['opened', 'redeemed', 'closed']
const shape = { height: 240, left: 44, bottom: 28, top: 12 }

// A scale that ends at 1, 2 or 5 of something.
function niceMax (value) {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)))
  return [1, 2, 5, 10].map(it => it * power).find(it => it >= value)
}

function chart (periods, step) {
  const size = { ...shape, width: Math.max(260, Math.min(720, innerWidth - 72)) } // letters stay as large as they are
  const top = niceMax(Math.max(4, ...periods.flatMap(period => series.map(name => period[name]))))
  const inner = { width: size.width - size.left, height: size.height - size.bottom - size.top }
  const y = value => size.top + inner.height * (1 - value / top)
  const slot = inner.width / periods.length
  const bar = Math.max(1, Math.min(14, (slot * 0.8) / series.length))
  const every = Math.ceil(periods.length / (size.width / 80))
  return h(
    'svg',
    { class: 'chart', viewBox: `0 0 ${size.width} ${size.height}`, role: 'img', 'aria-label': say.chart(step) },
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
        series.map((name, at) =>
          h('rect', {
            class: name,
            x: size.left + slot * index + slot / 2 + (at - series.length / 2) * bar,
            width: bar * 0.9,
            y: y(period[name]),
            height: size.top + inner.height - y(period[name])
          })
        ),
        index % every === 0 &&
          h(
            'text',
            { x: size.left + slot * (index + 0.5), y: size.height - 8, 'text-anchor': 'middle' },
            period.begin.slice(step === 'month' ? 0 : 5, step === 'month' ? 7 : 10)
          )
      )
    )
  )
}

const sum = (periods, name) => periods.reduce((all, period) => all + period[name], 0)

function exportTable (data) {
  const names = ['opened', 'redeemed', 'activated', 'suspended', 'closed', 'removed']
  const states = ['entitled', 'provisioned', 'activated', 'suspended', 'deprovisioned']
  download(
    'numbers.csv',
    csv(
      ['from', ...names, ...states.map(it => `are_${it}`)],
      data.periods.map(period => [period.begin, ...names.map(name => period[name]), ...states.map(it => period.accounts[it])])
    )
  )
  announce(words.exported(data.periods.length))
}

export const numbersPage = {
  name: 'numbers',
  title: () => words.nav.numbers,
  load,
  draw: (data, context) => {
    const to = (name, value) => {
      const query = new URLSearchParams(context.query)
      value ? query.set(name, value) : query.delete(name)
      context.go(context.path + (query.size ? '?' + query : ''))
    }
    const opened = sum(data.periods, 'opened'),
      redeemed = sum(data.periods, 'redeemed')
    const columns = [
      { title: say.columns.from[data.step], cell: period => period.begin },
      ...['opened', 'redeemed', 'activated', 'suspended', 'closed', 'removed'].map(name => ({
        title: say.columns[name],
        cell: period => words.number(period[name]),
        isNumber: true
      })),
      {
        title: say.columns.living,
        cell: period => words.number(period.accounts.entitled + period.accounts.provisioned + period.accounts.activated),
        isNumber: true
      },
      { title: say.columns.areSuspended, cell: period => words.number(period.accounts.suspended), isNumber: true }
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
                onchange: event => to('reseller', event.target.value)
              },
              h('option', { value: '' }, say.everybody),
              [...data.resellers.values()].map(it => h('option', { value: it.id }, it.name))
            )
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
          )
        ),
        h(
          'ul',
          { class: 'tiles' },
          [
            [say.columns.opened, opened],
            [say.columns.redeemed, redeemed],
            [say.columns.closed, sum(data.periods, 'closed')],
            [say.conversion, opened ? say.percent(redeemed / opened) : words.none]
          ].map(([name, value]) =>
            h(
              'li',
              { class: 'card' },
              h('span', { class: 'quiet' }, name),
              h('strong', { class: 'tile-number' }, typeof value === 'number' ? words.number(value) : value)
            )
          )
        ),
        section(
          say.chart(data.step),
          h(
            'ul',
            { class: 'legend' },
            series.map(name => h('li', null, h('span', { class: `key ${name}`, 'aria-hidden': 'true' }), say.columns[name]))
          ),
          chart(data.periods, data.step)
        ),
        section(
          say.table,
          h(
            'div',
            { class: 'flush-inside scrolls', tabindex: '0', role: 'group', 'aria-label': say.scrolls },
            table(say.table, columns, [...data.periods].reverse(), period => period.begin)
          ),
          h('p', { class: 'hint' }, say.hint)
        )
      )
    ]
  }
}
