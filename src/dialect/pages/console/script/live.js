// What happens, as it happens: one tab that somebody sees asks the feed of events for all tabs, and a tab that nobody sees rests.

import { ask, Refusal } from './api.js'

const waitSeconds = 25
const eventsAtOnce = 25 // of more, nobody needs to know each
const restWhenBusy = 5000
const restWhenTurnedAway = 3000

const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))

function until (state) {
  if (document.visibilityState === state) return Promise.resolve()
  return new Promise(resolve =>
    document.addEventListener('visibilitychange', function look () {
      if (document.visibilityState !== state) return
      document.removeEventListener('visibilitychange', look)
      resolve()
    })
  )
}

// One request; how many milliseconds to rest after it. feed: { cursor, missed, failures }. missed: 'some' where there were
// others, 'perhaps' where nobody knows whether there were.
async function look (feed, tell, signal) {
  const begun = Date.now()
  const isFirst = feed.cursor === null
  const query = isFirst
    ? { order: 'oldest', start: 'now', limit: 1 }
    : { order: 'oldest', cursor: feed.cursor, limit: eventsAtOnce, wait: waitSeconds }
  try {
    const { data } = await ask('GET', '/events', { query, isBackground: true, signal })
    feed.cursor = data.next
    feed.failures = 0
    if (data.events.length || feed.missed) tell(data.events, feed.missed)
    feed.missed = data.events.length >= eventsAtOnce ? 'some' : null
    if (feed.missed) {
      feed.cursor = null
      return restWhenBusy
    }
    return !isFirst && !data.events.length && Date.now() - begun < 1000 ? restWhenTurnedAway : 0
  } catch (error) {
    if (signal.aborted) return 0
    if (error instanceof Refusal && error.status === 422) feed.cursor = null // of a database that was begun anew
    return Math.min(30000, 1000 * 2 ** ++feed.failures)
  }
}

// Goes on as long as the tab is seen: the timers of one that is not are slowed down, and what waits for it would wait too.
// When much happens at once it looks every few seconds only, and tells that anything may have happened meanwhile.
async function follow (feed, tell) {
  const leaving = new AbortController()
  const hidden = until('hidden').then(() => leaving.abort())
  while (!leaving.signal.aborted) await Promise.race([pause(await look(feed, tell, leaving.signal)), hidden])
}

// Several tabs share one connection where the browser can tell them apart (over TLS, or on this machine). Where it left off
// each remembers for itself; one that has its first turn does not know what the others have missed meanwhile.
export async function startLive (take) {
  const feed = { cursor: null, missed: null, failures: 0 }
  const isShared = Boolean(navigator.locks && window.BroadcastChannel)
  const channel = isShared ? new BroadcastChannel('partnerd-events') : { postMessage () {} }
  channel.onmessage = ({ data }) => take(data.events, data.missed)
  const takeTurn = turn => (isShared ? navigator.locks.request('partnerd-events', turn) : turn())
  const tell = (events, missed) => {
    channel.postMessage({ events, missed })
    take(events, missed)
  }
  for (;;) {
    await until('visible')
    await takeTurn(() => {
      if (feed.cursor === null) feed.missed ??= 'perhaps'
      return follow(feed, tell)
    })
  }
}
