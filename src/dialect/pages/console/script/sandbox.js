// A sandbox: its clocks, and what falls due when they advance; faults; a new beginning.

import { words } from './words.js'
import { announce, h } from './elements.js'
import { ask, get, getAll } from './api.js'
import { fromField, moment } from './times.js'
import { badge, cutNote, empty, link, perhapsMore, section, table } from './parts.js'
import { choice, field, openDialog } from './dialogs.js'
import { directory } from './directory.js'

const say = words.sandbox
const clocksMax = 100

async function loadFaults (reseller, options) {
  const [{ all, isCut }, { faults }] = await Promise.all([
    getAll(`/resellers/${reseller.id}/credentials`, 'credentials', {}, 500, options),
    get(`/sandbox/resellers/${reseller.id}/faults`, {}, options)
  ])
  const planned = new Map(faults.map(fault => [fault.credential_id, fault]))
  const rows = all
    .filter(it => it.status === 'active')
    .map(credential => ({ reseller, credential, fault: planned.get(credential.id) }))
  return { rows, isCut }
}

async function load (context) {
  const options = { isBackground: context.isBackground, signal: context.signal }
  const all = await directory.all(options)
  const resellers = [...all.values()].slice(0, clocksMax)
  const clocks = await Promise.all(resellers.map(it => get(`/sandbox/resellers/${it.id}/clock`, {}, options)))
  const chosen = Number(context.query.get('reseller')) || resellers.find(it => it.parent_id !== null)?.id || resellers[0].id
  const reseller = resellers.find(it => it.id === chosen) ?? resellers[0]
  return {
    resellers,
    isCut: all.size > clocksMax,
    clocks,
    reseller,
    faults: await loadFaults(reseller, options),
    moved: context.data?.moved ?? null,
    now: new Date().toISOString()
  }
}

const offsetOf = (clock, now) => {
  const days = Math.round((new Date(clock.now) - new Date(now)) / 86_400_000)
  return days === 0 ? say.serverTime : say.ahead(days)
}

function advance (data, reseller, context) {
  openDialog({
    title: say.advance.title(reseller.name),
    button: say.advance.button,
    follows: say.advance.follows,
    values: { by: '86400', to: '' },
    fields: (values, update) => [
      choice('by', say.advance.by, values, say.advance.steps, update),
      values.by === '' && field('to', say.advance.to, values, { type: 'datetime-local' })
    ],
    check: values => (values.by === '' && !fromField(values.to || 'x') ? say.advance.missing : null),
    send: async (values, key) =>
      (
        await ask('POST', `/sandbox/resellers/${reseller.id}/clock/advance`, {
          key,
          body: values.by === '' ? { to: fromField(values.to) } : { seconds: Number(values.by) }
        })
      ).data,
    done: moved => {
      data.moved = { ...moved, name: reseller.name }
      context.data.moved = data.moved
      context.refresh()
    }
  })
}

async function freeze (reseller, clock, context) {
  await ask('POST', `/sandbox/resellers/${reseller.id}/clock/${clock.frozen ? 'unfreeze' : 'freeze'}`)
  announce(clock.frozen ? say.goesOn : say.standsStill)
  context.refresh()
}

function drawMoved (moved) {
  if (!moved) return null
  const { frozen, closed, held } = moved.due
  return section(
    say.due.title,
    h('p', null, say.due.told(moved.name), ' ', moment(moved.now), '. ', say.due.counts(frozen, closed, held)),
    moved.changes.length > 0 &&
      h(
        'div',
        { class: 'flush-inside' },
        table(
          say.due.title,
          [
            { title: words.account.uid, cell: it => link(`/console/accounts/${it.account_id}`, it.uid) },
            { title: say.due.what, cell: it => words.eventOf(it.kind) },
            { title: say.due.when, cell: it => moment(it.at) }
          ],
          moved.changes,
          it => `${it.account_id}${it.kind}${it.at}`
        )
      ),
    cutNote(moved.changes.length < frozen + closed + held, moved.changes.length)
  )
}

function setFault (row, context) {
  openDialog({
    title: say.fault.title(row.credential.label || row.credential.hint),
    button: say.fault.button,
    follows: say.fault.follows,
    values: { kind: '503', rate: '1', next: '', delay: '1000' },
    fields: (values, update) => [
      choice('kind', say.fault.kind, values, Object.entries(say.fault.kinds), update),
      values.kind === 'delay' && field('delay', say.fault.delay, values, { type: 'number', min: 0, max: 60000 }),
      choice('rate', say.fault.rate, values, say.fault.rates),
      field('next', say.fault.next, values, { type: 'number', min: 1 }, say.fault.nextHint)
    ],
    send: async values =>
      (
        await ask('PUT', `/sandbox/resellers/${row.reseller.id}/credentials/${row.credential.id}/fault`, {
          body: {
            kind: values.kind,
            rate: Number(values.rate),
            next: values.next ? Number(values.next) : undefined,
            delay_ms: values.kind === 'delay' ? Number(values.delay) : undefined
          }
        })
      ).data,
    done: () => context.refresh()
  })
}

async function clearFault (row, context) {
  await ask('DELETE', `/sandbox/resellers/${row.reseller.id}/credentials/${row.credential.id}/fault`)
  announce(say.fault.cleared)
  context.refresh()
}

function reset () {
  openDialog({
    title: say.reset.title,
    button: say.reset.button,
    follows: say.reset.follows,
    isGrave: true,
    send: async (values, key) => (await ask('POST', '/sandbox/reset', { key })).data,
    done: () => location.assign('/console/')
  })
}

function drawFaults ({ resellers, isCut, reseller, faults }, context) {
  return section(
    say.faults,
    h('p', { class: 'quiet' }, say.faultsHint),
    h(
      'div',
      { class: 'field narrow' },
      h('label', { for: 'fault-reseller' }, words.account.reseller),
      h(
        'select',
        {
          id: 'fault-reseller',
          value: String(reseller.id),
          onchange: event => context.go(`/console/sandbox?reseller=${event.target.value}`, { isReplaced: true })
        },
        resellers.map(it => h('option', { value: it.id }, it.name))
      ),
      cutNote(isCut, resellers.length)
    ),
    faults.rows.length
      ? h(
          'div',
          { class: 'flush-inside' },
          table(
            say.faults,
            [
              { title: say.credential, cell: row => row.credential.label || `${row.credential.hint}…` },
              {
                title: words.resellers.columns.kind,
                cell: row => words.resellers.kinds[row.credential.kind] ?? row.credential.kind
              },
              { title: say.fault.now, cell: row => (row.fault ? badge('failed', say.fault.told(row.fault)) : say.fault.none) },
              {
                title: words.resellers.columns.actions,
                cell: row =>
                  h(
                    'span',
                    { class: 'row' },
                    h(
                      'button',
                      { class: 'button small', onclick: () => setFault(row, context) },
                      say.fault.open,
                      h('span', { class: 'unseen' }, ` ${row.credential.hint} ${row.credential.id}`)
                    ),
                    row.fault && h('button', { class: 'button small', onclick: () => clearFault(row, context) }, say.fault.clear)
                  )
              }
            ],
            faults.rows,
            row => row.credential.id
          )
        )
      : empty(say.noFaults),
    perhapsMore(faults.isCut)
  )
}

export const sandboxPage = {
  name: 'sandbox',
  title: () => words.nav.sandbox,
  load,
  concerns: event => event.kind === 'clock.moved',
  draw: (data, context) => [
    h(
      'header',
      { class: 'page-head title-row' },
      h('h1', { tabindex: '-1' }, words.nav.sandbox),
      h('button', { class: 'button grave', onclick: reset }, say.reset.button)
    ),
    h(
      'div',
      { class: 'stack' },
      drawMoved(data.moved),
      section(
        say.clocks,
        h(
          'div',
          { class: 'flush-inside' },
          table(
            say.clocks,
            [
              { title: words.account.reseller, cell: row => link(`/console/resellers/${row.reseller.id}`, row.reseller.name) },
              { title: say.shows, cell: row => moment(row.clock.now) },
              { title: say.difference, cell: row => offsetOf(row.clock, data.now) },
              { title: say.state, cell: row => (row.clock.frozen ? badge('suspended', say.frozen) : say.running) },
              {
                title: words.resellers.columns.actions,
                cell: row =>
                  h(
                    'span',
                    { class: 'row' },
                    h(
                      'button',
                      { class: 'button small', onclick: () => advance(data, row.reseller, context) },
                      say.advance.open,
                      h('span', { class: 'unseen' }, ` ${row.reseller.name}`)
                    ),
                    h(
                      'button',
                      { class: 'button small', onclick: () => freeze(row.reseller, row.clock, context) },
                      row.clock.frozen ? say.unfreeze : say.freeze,
                      h('span', { class: 'unseen' }, ` ${row.reseller.name}`)
                    )
                  )
              }
            ],
            data.resellers.map((reseller, index) => ({ reseller, clock: data.clocks[index] })),
            row => row.reseller.id
          )
        ),
        cutNote(data.isCut, data.resellers.length)
      ),
      drawFaults(data, context)
    )
  ]
}
