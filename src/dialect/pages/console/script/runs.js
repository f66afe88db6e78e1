// Runs of stored workflows, step by step.

import { words } from './words.js'
import { h } from './elements.js'
import { ask, get } from './api.js'
import { exactMoment, moment } from './times.js'
import { badge, cutNote, empty, facts, link, pager, section, table } from './parts.js'
import { openDialog } from './dialogs.js'
import { directory } from './directory.js'

const say = words.runs
const kinds = {
  queued: 'entitled',
  running: 'provisioned',
  passed: 'activated',
  failed: 'failed',
  not_run: 'failed',
  cancelled: 'removed'
}
const stateOf = run => badge(kinds[run.status] ?? 'removed', say.status[run.status] ?? run.status)
const isOver = run => !['queued', 'running'].includes(run.status)

export const runsPage = {
  name: 'runs',
  title: () => words.nav.runs,
  isList: true,
  load: async context => {
    const options = { isBackground: context.isBackground, signal: context.signal }
    const [page, resellers] = await Promise.all([
      get('/workflow-runs', { limit: 50, cursor: context.query.get('cursor') }, options),
      directory.all(options)
    ])
    return { page, resellers }
  },
  concerns: event => event.actor.kind === 'workflow',
  draw: ({ page, resellers }, context) => [
    h('header', { class: 'page-head' }, h('h1', { tabindex: '-1' }, words.nav.runs)),
    page.workflow_runs.length
      ? h(
          'div',
          { class: 'card flush' },
          table(
            words.nav.runs,
            [
              {
                title: say.columns.workflow,
                cell: run => link(`/console/runs/${run.id}`, `${run.workflow} ${say.version(run.version)}`)
              },
              { title: say.columns.state, cell: stateOf },
              { title: say.columns.reseller, cell: run => resellers.get(run.reseller_id)?.name ?? run.reseller_id },
              { title: say.columns.steps, cell: run => words.number(run.steps_recorded), isNumber: true },
              { title: say.columns.begun, cell: run => moment(run.created_at) },
              { title: say.columns.why, cell: run => run.reason ?? words.none }
            ],
            page.workflow_runs,
            run => run.id
          )
        )
      : empty(say.none),
    pager(context, page)
  ]
}

const json = (title, value) =>
  value !== undefined &&
  value !== null &&
  h(
    'details',
    { class: 'reveal' },
    h('summary', null, title),
    h('pre', { tabindex: '0' }, h('code', null, typeof value === 'string' ? value : JSON.stringify(value, null, 2)))
  )

function drawStep (step, index) {
  return h(
    'li',
    { class: step.passed ? 'event account-redeemed' : 'event account-closed', key: index },
    h(
      'div',
      { class: 'event-head' },
      h('strong', null, step.step),
      ' ',
      badge(step.passed ? 'activated' : 'failed', step.passed ? say.passed : say.failed),
      ' ',
      h('span', { class: 'quiet' }, say.ofStep(step))
    ),
    h('p', { class: 'quiet when' }, exactMoment(step.started_at), ' · ', say.milliseconds(step.elapsed_ms)),
    step.reason && h('p', null, step.reason),
    step.criteria.length > 0 && json(say.criteria, step.criteria),
    json(say.request, step.request),
    json(say.response, step.response),
    Object.keys(step.outputs).length > 0 && json(say.outputs, step.outputs)
  )
}

function cancel (run, done) {
  openDialog({
    title: say.cancel.title(run.workflow),
    button: say.cancel.button,
    follows: say.cancel.follows,
    isGrave: true,
    send: async (values, key) => (await ask('POST', `/workflow-runs/${run.id}/cancel`, { key })).data,
    done
  })
}

export const runPage = {
  name: 'runs',
  title: data => (data ? data.run.workflow : words.nav.runs),
  load: async context => {
    const options = { isBackground: context.isBackground, signal: context.signal }
    const run = await get(`/workflow-runs/${context.params[0]}`, {}, options)
    return { run, reseller: await directory.find(run.reseller_id, options) }
  },
  concerns: (event, data) => event.actor.kind === 'workflow' && !isOver(data.run),
  draw: ({ run, reseller }, context) => [
    h(
      'header',
      { class: 'page-head' },
      h('p', { class: 'crumb' }, link('/console/runs', words.nav.runs)),
      h('div', { class: 'title-row' }, h('h1', { tabindex: '-1' }, `${run.workflow} ${say.version(run.version)}`), stateOf(run)),
      run.reason && h('p', { class: 'state' }, run.reason)
    ),
    h(
      'div',
      { class: 'columns' },
      section(
        say.facts,
        facts([
          [say.columns.reseller, reseller?.name ?? run.reseller_id],
          run.workflow_id && [say.inDocument, run.workflow_id],
          [say.columns.begun, moment(run.created_at)],
          [say.ended, moment(run.ended_at)],
          [say.columns.steps, words.number(run.steps_recorded)]
        ]),
        json(say.inputs, run.inputs),
        json(say.outputs, run.outputs),
        !isOver(run) &&
          h(
            'div',
            { class: 'row' },
            h('button', { class: 'button', onclick: () => context.refresh() }, say.again),
            h('button', { class: 'button grave', onclick: () => cancel(run, () => context.refresh()) }, say.cancel.button)
          )
      ),
      section(
        say.steps,
        run.steps.length ? h('ol', { class: 'timeline' }, run.steps.map(drawStep)) : empty(say.noSteps),
        cutNote(run.steps.length < run.steps_recorded, run.steps.length)
      )
    )
  ]
}
