// What an account's state is, in a sentence; what an event says, in words.

import { words } from './words.js'
import { h } from './elements.js'
import { dayInWords, later, momentText } from './times.js'

// When the reseller's grace is over; null: never.
export function closesAt (account, reseller) {
  if (!account.ends_at || account.removed_at || account.status === 'deprovisioned' || reseller?.end_action !== 'close')
    return null
  return later(account.ends_at, reseller.grace_seconds)
}

// Of the newest event that has brought the status about; null: it is not among them.
function sinceOf (events, status) {
  const event = events.find(it => it.changes.some(change => change.field === 'status' && change.after === status))
  return event ? event.at : null
}

// Newest first; `now` by the reseller's clock.
export function stateOf (account, reseller, events, now) {
  const date = instant => instant && dayInWords(instant, now)
  const say = words.state
  if (account.removed_at) return say.join([say.removed(date(account.removed_at))])
  const since = sinceOf(events, account.status)
  const ending = account.ends_at ? say.ends(date(account.ends_at)) : say.noEnd
  switch (account.status) {
    case 'deprovisioned':
      return say.join([say.closed(date(since))])
    case 'suspended': {
      const why = say.list(account.holds.map(hold => words.holdsInSentence[hold] ?? hold))
      const closes = closesAt(account, reseller)
      const next = !account.holds.includes('ended') ? ending : closes ? say.closes(date(closes)) : say.staysFrozen
      return say.join([say.suspended(date(since), why), next])
    }
    case 'entitled':
      return say.join([say.entitled(date(account.created_at)), ending])
    case 'provisioned':
      return say.join([say.provisioned(date(since)), ending])
    default:
      return say.join([say.activated(date(since), account.deployed_members), ending])
  }
}

export function actorOf (actor) {
  const who = words.actors[actor.kind]
  return typeof who === 'function' ? who(actor.name) : (who ?? actor.kind)
}

const isInstant = text => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text)

function valueOf (field, text) {
  if (text === null) return h('span', { class: 'nothing' }, words.account.nothing)
  if (isInstant(text)) return momentText(text)
  if (field === 'status') return words.status[text] ?? text
  if (field === 'type') return words.type[text] ?? text
  if (field === 'holds')
    return text
      .split(/[ ,]+/)
      .map(hold => words.holds[hold] ?? hold)
      .join(', ')
  return text
}

// "end: from 3 March to nothing"; what was erased says so.
export function changesOf (event) {
  if (!event.changes.length) return null
  return h(
    'ul',
    { class: 'changes' },
    event.changes.map(change =>
      h(
        'li',
        null,
        h('span', { class: 'change-field' }, words.fieldOf(change.field)),
        ' ',
        change.erased
          ? h('em', null, words.account.erased)
          : [
              change.before !== null && [
                h('span', { class: 'unseen' }, ` ${words.account.from} `),
                h('del', null, valueOf(change.field, change.before)),
                ' '
              ],
              h('span', { class: 'unseen' }, ` ${words.account.to} `),
              h('ins', null, valueOf(change.field, change.after))
            ]
      )
    )
  )
}
