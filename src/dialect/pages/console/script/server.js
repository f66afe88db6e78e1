// The server itself: its version, and whether all is well.

import { words } from './words.js'
import { h } from './elements.js'
import { session } from './api.js'
import { moment } from './times.js'
import { badge, facts, link, section } from './parts.js'

const say = words.server

// Health is for monitors: it needs no credential, and 503 is an answer.
async function readiness (signal) {
  const response = await fetch('/readyz', { signal, cache: 'no-store' })
  return response.json().catch(() => null)
}

export const serverPage = {
  name: 'server',
  title: () => words.nav.server,
  load: async context => {
    const [shown, ready] = await Promise.all([session.show(), readiness(context.signal)])
    return { shown, ready, seenAt: new Date().toISOString() }
  },
  draw: ({ shown, ready, seenAt }, context) => [
    h(
      'header',
      { class: 'page-head title-row' },
      h('h1', { tabindex: '-1' }, words.nav.server),
      h('button', { class: 'button', onclick: () => context.refresh() }, say.again)
    ),
    h(
      'div',
      { class: 'columns' },
      section(
        say.health,
        ready
          ? facts([
              [
                say.state,
                badge(ready.status === 'ready' ? 'activated' : 'failed', ready.status === 'ready' ? say.ready : say.notReady)
              ],
              ...Object.entries(ready.checks ?? {}).map(([name, state]) => [
                say.checks[name] ?? name,
                badge(state === 'ok' ? 'activated' : 'failed', state === 'ok' ? say.ok : state)
              ])
            ])
          : h('p', null, say.unknown),
        h('p', { class: 'hint' }, say.seen, ' ', moment(seenAt))
      ),
      section(
        say.program,
        facts([
          [say.version, shown.version],
          [say.kind, shown.sandbox_token ? say.sandbox : say.production]
        ]),
        h('p', { class: 'row' }, link('/docs', say.docs), link('/openapi', say.openapi), link('/docs/licenses.txt', say.licences))
      )
    )
  ]
}
