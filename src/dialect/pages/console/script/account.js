// One account: its state in words, what is known of it, what holds it, what happened to it and why, and what can be done.

import { words } from './words.js'
import { h } from './elements.js'
import { ask, get, Refusal } from './api.js'
import { exactMoment, moment } from './times.js'
import { badge, copyButton, empty, facts, link, section, statusBadge } from './parts.js'
import { actorOf, changesOf, closesAt, stateOf } from './account_words.js'
import { actions, openAction } from './actions.js'
import { directory } from './directory.js'

const say = words.account
const eventsAtOnce = 50
const attemptsAtOnce = 200 // of each endpoint, whatever account they are about

const orNull = async promise => {
  try {
    return await promise
  } catch (error) {
    if (error instanceof Refusal && [403, 404].includes(error.status)) return null
    throw error
  }
}

async function clockOf (context, resellerId) {
  if (!context.isSandbox) return null
  return await orNull(get(`/sandbox/resellers/${resellerId}/clock`, {}, { isBackground: context.isBackground }))
}

// What the account itself does not say: the next look waits for none of it.
async function loadAround (context, account) {
  const options = { isBackground: context.isBackground }
  const [reseller, settings, balance, clock] = await Promise.all([
    directory.find(account.reseller_id, options),
    orNull(get(`/resellers/${account.reseller_id}/settings`, { inherited: true }, options)),
    account.opened_under === 'activeplatform'
      ? orNull(get(`/resellers/${account.reseller_id}/accounts/${account.id}/balance`, {}, options))
      : null,
    clockOf(context, account.reseller_id)
  ])
  return { reseller, settings, balance, clock }
}

async function load (context) {
  const id = context.params[0]
  const options = { isBackground: context.isBackground, signal: context.signal }
  const [{ data: account, etag }, first] = await Promise.all([
    ask('GET', `/accounts/${id}`, options),
    get(`/accounts/${id}/events`, { limit: eventsAtOnce }, options)
  ])
  const around = await loadAround(context, account)
  const shown = context.data?.account?.id === account.id ? context.data : null
  // What was unfolded stays unfolded when something new has come on top.
  const known = new Set(first.events.map(event => event.id))
  const older = shown?.older ? shown.events.filter(event => !known.has(event.id)) : []
  return {
    account,
    etag,
    ...around,
    events: [...first.events, ...older],
    older: older.length ? shown.older : { next: first.next },
    attempts: shown?.attempts ?? null
  }
}

const nowOf = data => (data.clock ? data.clock.now : new Date().toISOString())

const linkOf = account =>
  `${location.origin}/partnership/redeem?` +
  new URLSearchParams({ t: account.type === 'family' ? 'F' : 'I', c: account.activation_token })

function drawFacts (data) {
  const { account, reseller, balance, clock } = data
  const closes = closesAt(account, reseller)
  return section(
    say.facts,
    facts([
      [say.uid, h('code', null, account.uid)],
      [say.id, h('code', null, account.id)],
      [say.reseller, link(`/console/resellers/${account.reseller_id}`, reseller?.name ?? account.reseller_id)],
      [say.type, words.type[account.type] ?? account.type],
      [say.domain, account.domain || say.noDomain],
      [say.owner, account.owner ? account.owner.email : say.noOwner],
      [say.members, words.number(account.deployed_members)],
      balance && [say.balance, balance.balance],
      [say.ends, account.ends_at ? moment(account.ends_at) : say.noEnd],
      closes && [say.closes, moment(closes)],
      [say.opened, moment(account.created_at)],
      [say.updated, moment(account.updated_at)],
      [say.openedUnder, words.openedUnder[account.opened_under] ?? account.opened_under],
      clock && [say.clock, moment(clock.now)]
    ]),
    account.stage === 'entitled' &&
      !account.removed_at &&
      h(
        'details',
        { class: 'reveal' },
        h('summary', null, say.showLink),
        h('p', { class: 'hint' }, say.linkHint),
        h('p', null, h('code', { class: 'long' }, linkOf(account)), ' ', copyButton(linkOf(account))),
        h('p', null, say.token, ': ', h('code', { class: 'long' }, account.activation_token))
      )
  )
}

function drawHolds ({ account }) {
  if (account.status === 'deprovisioned' || account.removed_at) return null
  return section(
    say.holds,
    account.holds.length === 0
      ? h('p', { class: 'quiet' }, say.noHolds)
      : h(
          'ul',
          { class: 'stack tight' },
          account.holds.map(hold =>
            h(
              'li',
              { key: hold },
              badge('suspended', words.holds[hold] ?? hold),
              ' ',
              h('span', { class: 'quiet' }, words.holdExplained[hold] ?? '')
            )
          )
        )
  )
}

function drawEvent (event) {
  return h(
    'li',
    { class: `event ${event.kind.replace('.', '-')}`, key: event.id },
    h(
      'div',
      { class: 'event-head' },
      h('strong', null, words.eventOf(event.kind)),
      ' ',
      h(
        'span',
        { class: 'quiet' },
        say.by,
        ' ',
        actorOf(event.actor),
        event.api && [' ', say.api, ' ', words.apis[event.api] ?? event.api]
      )
    ),
    h('p', { class: 'quiet when' }, moment(event.at)),
    (event.reason || event.comment) &&
      h(
        'p',
        { class: 'why' },
        event.reason && badge('reason', words.actions.reasons[event.reason] ?? event.reason),
        ' ',
        event.comment && h('q', null, event.comment)
      ),
    changesOf(event),
    h(
      'details',
      { class: 'event-details' },
      h('summary', null, say.details, h('span', { class: 'unseen' }, ` ${words.eventOf(event.kind)}`)),
      facts([
        [say.id, h('code', null, event.id)],
        [say.recorded, exactMoment(event.recorded_at)],
        event.request_id && [say.request, h('code', null, event.request_id)],
        event.remote_address && [say.address, event.remote_address]
      ])
    )
  )
}

function drawTimeline (data, context) {
  const more = async event => {
    const button = event.currentTarget
    button.disabled = true
    try {
      const page = await get(`/accounts/${data.account.id}/events`, { limit: 200, cursor: data.older.next })
      data.events.push(...page.events)
      data.older = { next: page.next }
    } finally {
      button.disabled = false
    }
    context.update()
  }
  return section(
    say.timeline,
    data.events.length === 0 ? empty(say.noEvents) : h('ol', { class: 'timeline' }, data.events.map(drawEvent)),
    data.older.next && h('button', { class: 'button', onclick: more }, say.older)
  )
}

// Of all endpoints of its reseller: what went wrong, as far as the last two hundred of each go back.
async function loadAttempts (account) {
  const { webhook_endpoints: endpoints } = await get(`/resellers/${account.reseller_id}/webhook-endpoints`)
  const lists = await Promise.all(
    endpoints.map(async endpoint => {
      const page = await get(`/resellers/${account.reseller_id}/webhook-endpoints/${endpoint.id}/attempts`, {
        limit: attemptsAtOnce
      })
      const its = page.attempts.filter(attempt => attempt.account_id === account.id).map(attempt => ({ ...attempt, endpoint }))
      return { its, isCut: Boolean(page.next) }
    })
  )
  return {
    endpoints,
    all: lists.flatMap(list => list.its).sort((one, other) => (one.recorded_at < other.recorded_at ? 1 : -1)),
    isCut: lists.some(list => list.isCut)
  }
}

function drawAttempts (data, context) {
  const show = async () => {
    data.attempts = await loadAttempts(data.account)
    context.update()
  }
  const { attempts } = data
  return section(
    say.attempts,
    !attempts && h('button', { class: 'button', onclick: show }, say.showAttempts),
    attempts &&
      (attempts.endpoints.length === 0
        ? empty(say.noAttemptsHere)
        : attempts.all.length === 0
          ? empty(say.noAttempts)
          : h(
              'ul',
              { class: 'stack tight' },
              attempts.all.map(attempt =>
                h(
                  'li',
                  { key: attempt.id },
                  badge(attempt.outcome === 'delivered' ? 'activated' : 'suspended', words.webhooks.outcome[attempt.outcome]),
                  ' ',
                  link(`/console/webhooks/${data.account.reseller_id}/${attempt.endpoint.id}`, attempt.endpoint.url),
                  ' ',
                  h('span', { class: 'quiet' }, moment(attempt.at), ' ', words.webhooks.attemptOf(attempt))
                )
              )
            )),
    attempts?.isCut && h('p', { class: 'hint' }, say.attemptsCut(attemptsAtOnce))
  )
}

function drawActions (data, context) {
  const offered = actions.filter(action => action.isOffered(data.account, data))
  return section(
    say.actions,
    offered.length === 1 && h('p', { class: 'quiet' }, say.nothingOffered),
    h(
      'div',
      { class: 'row' },
      offered.map(action =>
        h(
          'button',
          {
            class: action.isGrave ? 'button grave' : 'button',
            key: action.name,
            onclick: () => openAction(action, { ...data, now: nowOf(data) }, () => context.refresh())
          },
          action.words.label
        )
      )
    )
  )
}

export const accountPage = {
  name: 'accounts',
  title: data => (data ? data.account.uid : words.nav.accounts),
  load,
  concerns: (event, data) =>
    event.account_id === data.account.id || (event.account_id === null && event.reseller_id === data.account.reseller_id),
  draw: (data, context) => [
    h(
      'header',
      { class: 'page-head' },
      h('p', { class: 'crumb' }, link('/console/accounts', words.nav.accounts)),
      h('div', { class: 'title-row' }, h('h1', { tabindex: '-1' }, data.account.uid), statusBadge(data.account)),
      h('p', { class: 'state' }, stateOf(data.account, data.reseller, data.events, new Date(nowOf(data))))
    ),
    h(
      'div',
      { class: 'columns' },
      h('div', { class: 'stack' }, drawActions(data, context), drawHolds(data), drawFacts(data)),
      h('div', { class: 'stack' }, drawTimeline(data, context), drawAttempts(data, context))
    )
  ]
}
