// Imports: how far each has come, and what was refused in it.

import { words } from './words.js'
import { announce, h } from './elements.js'
import { get, getAll } from './api.js'
import { moment } from './times.js'
import { badge, csv, download, empty, facts, link, pager, section, table } from './parts.js'

const say = words.imports
const stateOf = it =>
  it.finished_at
    ? badge(it.refused ? 'suspended' : 'activated', it.refused ? say.withRefusals : say.finished)
    : badge('provisioned', say.underWay)

export const importsPage = {
  name: 'imports',
  title: () => words.nav.imports,
  isList: true,
  load: context =>
    get(
      '/imports',
      { limit: 50, cursor: context.query.get('cursor') },
      { isBackground: context.isBackground, signal: context.signal }
    ),
  concerns: event => event.actor.kind === 'import',
  draw: (page, context) => [
    h('header', { class: 'page-head' }, h('h1', { tabindex: '-1' }, words.nav.imports)),
    page.imports.length
      ? h(
          'div',
          { class: 'card flush' },
          table(
            words.nav.imports,
            [
              { title: say.columns.name, cell: it => link(`/console/imports/${it.id}`, it.name) },
              { title: say.columns.action, cell: it => say.actions[it.action] ?? it.action },
              { title: say.columns.state, cell: stateOf },
              { title: say.columns.done, cell: it => words.number(it.opened), isNumber: true },
              { title: say.columns.refused, cell: it => words.number(it.refused), isNumber: true },
              { title: say.columns.begun, cell: it => moment(it.created_at) }
            ],
            page.imports,
            it => it.id
          )
        )
      : empty(say.none),
    pager(context, page)
  ]
}

async function exportRefusals (it) {
  const { all } = await getAll(`/imports/${it.id}/refusals`, 'refusals', {}, Infinity)
  download(
    `${it.name}.refused.csv`,
    csv(
      ['row', 'uid', 'field', 'code', 'detail'],
      all.map(row => [row.row, row.uid, row.field, row.code, row.detail])
    )
  )
  announce(words.exported(all.length))
}

export const importPage = {
  name: 'imports',
  title: data => (data ? data.import.name : words.nav.imports),
  load: async context => {
    const options = { isBackground: context.isBackground, signal: context.signal }
    const [one, refusals] = await Promise.all([
      get(`/imports/${context.params[0]}`, {}, options),
      get(`/imports/${context.params[0]}/refusals`, { limit: 100, cursor: context.query.get('cursor') }, options)
    ])
    return { import: one, refusals }
  },
  concerns: event => event.actor.kind === 'import',
  draw: ({ import: it, refusals }, context) => [
    h(
      'header',
      { class: 'page-head' },
      h('p', { class: 'crumb' }, link('/console/imports', words.nav.imports)),
      h('div', { class: 'title-row' }, h('h1', { tabindex: '-1' }, it.name), stateOf(it))
    ),
    h(
      'div',
      { class: 'stack' },
      section(
        say.facts,
        facts([
          [say.columns.action, say.actions[it.action] ?? it.action],
          [say.rows, words.number(it.position)],
          [say.columns.done, words.number(it.opened)],
          [say.columns.refused, words.number(it.refused)],
          [say.columns.begun, moment(it.created_at)],
          [say.updated, moment(it.updated_at)],
          [say.ended, moment(it.finished_at)],
          [say.fingerprint, h('code', { class: 'long' }, it.fingerprint)]
        ])
      ),
      section(
        say.refusals,
        refusals.refusals.length
          ? [
              h(
                'div',
                { class: 'flush-inside' },
                table(
                  say.refusals,
                  [
                    { title: say.row, cell: row => words.number(row.row) },
                    { title: words.account.uid, cell: row => row.uid || words.none },
                    { title: say.field, cell: row => row.field || say.wholeRow },
                    { title: say.why, cell: row => [row.detail, ' ', h('code', null, row.code)] }
                  ],
                  refusals.refusals,
                  row => row.row
                )
              ),
              pager(context, refusals),
              h('div', null, h('button', { class: 'button', onclick: () => exportRefusals(it) }, words.exportCsv))
            ]
          : empty(say.noRefusals)
      )
    )
  ]
}
