// What happens, as it happens: one tab asks the feed of events for all tabs, and a tab that nobody sees rests.

import { ask, Refusal } from './api.js'

const waitSeconds = 25
const eventsAtOnce = 25 // of more, nobody needs to know each
const restWhenBusy = 5000
const restWhenTurnedAway = 3000
const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))

function untilVisible () {
  if (document.visibilityState === 'visible') return Promise.resolve()
  return new Promise(resolve =>
    document.addEventListener('visibilitychange', function look () {
      if (document.visibilityState !== 'visible') return
      document.removeEventListener('visibilitychange', look)
      resolve()
    })
  )
}

// Goes on as long as the page is there. When much happens at once it looks every few seconds only, and tells that anything
// may have happened meanwhile.
async function follow (tell) {
  let cursor = null,
    failures = 0,
    isBehind = false
  for (;;) {
    await untilVisible()
    const begun = Date.now()
    try {
      const query = cursor
        ? { order: 'oldest', cursor, limit: eventsAtOnce, wait: waitSeconds }
        : { order: 'oldest', start: 'now', limit: 1 }
      const { data } = await ask('GET', '/events', { query, isBackground: true })
      const isFirst = cursor === null
      cursor = data.next
      failures = 0
      if (data.events.length || isBehind) tell(data.events, isBehind)
      isBehind = false
      if (data.events.length >= eventsAtOnce) {
        await pause(restWhenBusy)
        cursor = null
        isBehind = true
      } else if (!isFirst && !data.events.length && Date.now() - begun < 1000) await pause(restWhenTurnedAway)
    } catch (error) {
      if (error instanceof Refusal && error.status === 422) cursor = null // of a database that was begun anew
      await pause(Math.min(30000, 1000 * 2 ** ++failures))
    }
  }
}

// Several tabs share one connection where the browser can tell them apart (over TLS, or on this machine).
export function startLive (take) {
  if (!navigator.locks || !window.BroadcastChannel) return follow(take)
  const channel = new BroadcastChannel('partnerd-events')
  channel.onmessage = ({ data }) => take(data.events, data.isBehind)
  navigator.locks.request('partnerd-events', () =>
    follow((events, isBehind) => {
      channel.postMessage({ events, isBehind })
      take(events, isBehind)
    })
  )
}
