// Webhook endpoints: their state, what went wrong with each, and what still waits.

import { words } from './words.js'
import { h } from './elements.js'
import { ask, get, Refusal } from './api.js'
import { exactMoment, moment } from './times.js'
import { badge, cutNote, empty, facts, link, pager, section, table } from './parts.js'
import { openDialog } from './dialogs.js'
import { directory } from './directory.js'

const say = words.webhooks
const kinds = { enabled: 'activated', failing: 'suspended', disabled: 'failed' }
const resellersAskedMax = 200
const askedAtOnce = 10
const stateOf = endpoint => badge(kinds[endpoint.state] ?? 'removed', say.states[endpoint.state] ?? endpoint.state)

// Of each reseller; a few at a time, so that nothing else waits long.
async function loadEndpoints (ids, options) {
  const all = []
  for (let i = 0; i < ids.length; i += askedAtOnce)
    all.push(
      ...(
        await Promise.all(
          ids.slice(i, i + askedAtOnce).map(id =>
            get(`/resellers/${id}/webhook-endpoints`, {}, options).then(
              it => it.webhook_endpoints,
              error => {
                if (error instanceof Refusal && error.status === 404) return []
                throw error
              }
            )
          )
        )
      ).flat()
    )
  return all
}

export const webhooksPage = {
  name: 'webhooks',
  title: () => words.nav.webhooks,
  load: async context => {
    const options = { isBackground: context.isBackground, signal: context.signal }
    const resellers = await directory.all(options)
    const only = context.query.get('reseller')
    const ids = only ? [Number(only)] : [...resellers.keys()].slice(0, resellersAskedMax)
    return {
      resellers,
      only,
      endpoints: await loadEndpoints(ids, options),
      isCut: !only && resellers.size > resellersAskedMax
    }
  },
  concerns: event => event.kind.startsWith('webhook.'),
  draw: ({ resellers, only, endpoints, isCut }, context) => [
    h('header', { class: 'page-head' }, h('h1', { tabindex: '-1' }, words.nav.webhooks)),
    h(
      'div',
      { class: 'stack' },
      h(
        'div',
        { class: 'field narrow' },
        h('label', { for: 'of-reseller' }, words.account.reseller),
        h(
          'select',
          {
            id: 'of-reseller',
            value: only ?? '',
            onchange: event => context.go('/console/webhooks' + (event.target.value ? `?reseller=${event.target.value}` : ''))
          },
          h('option', { value: '' }, words.all),
          [...resellers.values()].map(it => h('option', { value: it.id }, it.name))
        ),
        cutNote(resellers.isCut, resellers.size)
      ),
      isCut && h('p', { class: 'notice' }, say.cut(resellersAskedMax)),
      endpoints.length
        ? h(
            'div',
            { class: 'card flush' },
            table(
              words.nav.webhooks,
              [
                { title: say.columns.url, cell: it => link(`/console/webhooks/${it.reseller_id}/${it.id}`, it.url) },
                { title: say.columns.state, cell: stateOf },
                { title: say.columns.reseller, cell: it => resellers.get(it.reseller_id)?.name ?? it.reseller_id },
                { title: say.columns.types, cell: it => (it.types.length ? it.types.join(', ') : say.allTypes) },
                { title: say.columns.failing, cell: it => moment(it.failing_since) }
              ],
              endpoints,
              it => it.id
            )
          )
        : empty(say.none)
    )
  ]
}

const pathOf = endpoint => `/resellers/${endpoint.reseller_id}/webhook-endpoints/${endpoint.id}`

function drawActions (endpoint, context) {
  const act = (part, spoken) => () =>
    openDialog({
      title: spoken.title,
      button: spoken.button,
      follows: spoken.follows,
      send: async (values, key) => (await ask('POST', `${pathOf(endpoint)}/${part}`, { key })).data,
      done: () => context.refresh()
    })
  return h(
    'div',
    { class: 'row' },
    h('button', { class: 'button', onclick: act('test', say.test) }, say.test.button),
    endpoint.state !== 'enabled' && h('button', { class: 'button', onclick: act('enable', say.enable) }, say.enable.button)
  )
}

const accountLink = id => (id ? link(`/console/accounts/${id}`, String(id)) : words.none)

export const webhookPage = {
  name: 'webhooks',
  title: data => (data ? data.endpoint.url : words.nav.webhooks),
  load: async context => {
    const [resellerId, id] = context.params
    const path = `/resellers/${resellerId}/webhook-endpoints/${id}`
    const options = { isBackground: context.isBackground, signal: context.signal }
    const [endpoint, attempts, lanes, reseller] = await Promise.all([
      get(path, {}, options),
      get(`${path}/attempts`, { limit: 50, cursor: context.query.get('cursor') }, options),
      get(`${path}/lanes`, { limit: 50 }, options),
      directory.find(Number(resellerId), options)
    ])
    return { endpoint, attempts, lanes, reseller }
  },
  concerns: (event, data) => event.reseller_id === data.endpoint.reseller_id,
  draw: ({ endpoint, attempts, lanes, reseller }, context) => [
    h(
      'header',
      { class: 'page-head' },
      h('p', { class: 'crumb' }, link('/console/webhooks', words.nav.webhooks)),
      h('div', { class: 'title-row' }, h('h1', { tabindex: '-1' }, endpoint.url), stateOf(endpoint)),
      endpoint.state_reason && h('p', { class: 'state' }, endpoint.state_reason)
    ),
    h(
      'div',
      { class: 'stack' },
      section(
        say.facts,
        facts([
          [say.columns.reseller, link(`/console/resellers/${endpoint.reseller_id}`, reseller?.name ?? endpoint.reseller_id)],
          [say.columns.types, endpoint.types.length ? endpoint.types.join(', ') : say.allTypes],
          [say.payload, say.payloads[endpoint.payload] ?? endpoint.payload],
          [say.reasons, endpoint.shows_reasons ? words.yes : words.no],
          endpoint.failing_since && [say.columns.failing, moment(endpoint.failing_since)],
          endpoint.next_attempt_at && [say.nextAttempt, moment(endpoint.next_attempt_at)],
          endpoint.old_secret_until && [say.oldSecret, moment(endpoint.old_secret_until)],
          [words.account.opened, moment(endpoint.created_at)]
        ]),
        drawActions(endpoint, context)
      ),
      section(
        say.lanes,
        lanes.lanes.length
          ? h(
              'div',
              { class: 'flush-inside' },
              table(
                say.lanes,
                [
                  { title: say.columns.account, cell: it => accountLink(it.account_id) },
                  { title: say.columns.event, cell: it => h('code', null, it.event_id) },
                  { title: say.columns.attempts, cell: it => words.number(it.attempts), isNumber: true },
                  { title: say.nextAttempt, cell: it => moment(it.next_attempt_at) }
                ],
                lanes.lanes,
                it => it.event_id
              )
            )
          : h('p', { class: 'quiet' }, say.noLanes),
        lanes.next && h('p', { class: 'quiet' }, say.moreLanes)
      ),
      section(
        say.attempts,
        attempts.attempts.length
          ? h(
              'div',
              { class: 'flush-inside' },
              table(
                say.attempts,
                [
                  { title: say.columns.at, cell: it => exactMoment(it.recorded_at) },
                  {
                    title: say.columns.outcome,
                    cell: it => badge(it.outcome === 'delivered' ? 'activated' : 'failed', say.outcome[it.outcome] ?? it.outcome)
                  },
                  {
                    title: say.columns.answer,
                    cell: it => [
                      it.status ? say.answered(it.status) : (it.error ?? words.none),
                      it.answer &&
                        h(
                          'details',
                          { class: 'reveal' },
                          h('summary', null, say.body),
                          h('pre', { tabindex: '0' }, h('code', null, it.answer))
                        )
                    ]
                  },
                  { title: say.columns.account, cell: it => accountLink(it.account_id) },
                  { title: say.columns.number, cell: it => words.number(it.number), isNumber: true },
                  { title: say.columns.took, cell: it => say.milliseconds(it.duration_ms), isNumber: true }
                ],
                attempts.attempts,
                it => it.id
              )
            )
          : h('p', { class: 'quiet' }, say.noAttempts),
        pager(context, attempts)
      )
    )
  ]
}
