// Resellers as the tree they are, and one of them: what it is, its credentials, promotions and people.

import { words } from './words.js'
import { h } from './elements.js'
import { ask, get, getAll } from './api.js'
import { fromField, moment } from './times.js'
import { badge, cutNote, empty, facts, link, perhapsMore, section, table } from './parts.js'
import { choice, field, openDialog, showSecret } from './dialogs.js'
import { directory } from './directory.js'

const say = words.resellers

function treeOf (resellers) {
  const below = new Map()
  for (const reseller of resellers.values()) {
    const parent = resellers.has(reseller.parent_id) ? reseller.parent_id : null
    below.set(parent, [...(below.get(parent) ?? []), reseller])
  }
  return below
}

function branch (below, parent) {
  const children = below.get(parent)
  if (!children) return null
  return h(
    'ul',
    { class: 'tree' },
    children.map(reseller =>
      h(
        'li',
        { key: reseller.id },
        h(
          'div',
          { class: 'tree-row' },
          link(`/console/resellers/${reseller.id}`, reseller.name),
          h('span', { class: 'quiet' }, ` ${say.number(reseller.id)}`)
        ),
        branch(below, reseller.id)
      )
    )
  )
}

export const resellersPage = {
  name: 'resellers',
  title: () => words.nav.resellers,
  load: async context => {
    if (context.isBackground) directory.forget()
    return { resellers: await directory.all({ isBackground: context.isBackground }) }
  },
  concerns: event => event.kind.startsWith('reseller.'),
  draw: ({ resellers }) => [
    h('header', { class: 'page-head' }, h('h1', { tabindex: '-1' }, words.nav.resellers)),
    h('div', { class: 'card stack' }, branch(treeOf(resellers), null), cutNote(resellers.isCut, resellers.size))
  ]
}

async function load (context) {
  const id = Number(context.params[0])
  const options = { isBackground: context.isBackground, signal: context.signal }
  const path = `/resellers/${id}`
  const [reseller, credentials, { promotions }, { managers }, { webhook_endpoints: endpoints }, { days }, all] =
    await Promise.all([
      get(path, {}, options),
      getAll(`${path}/credentials`, 'credentials', {}, 500, options),
      get(`${path}/promotions`, {}, options),
      get(`${path}/managers`, {}, options),
      get(`${path}/webhook-endpoints`, {}, options),
      get(`${path}/counts`, {}, options),
      directory.all(options)
    ])
  return { reseller, credentials, promotions, managers, endpoints, counts: days.at(-1)?.accounts, all }
}

const credentialName = credential => credential.label || say.unnamed(credential.hint)

function issue (reseller, done) {
  openDialog({
    title: say.issue.title(reseller.name),
    button: say.issue.button,
    follows: values => say.issue.follows(values.kind === 'operator_token' && values.role),
    values: { kind: 'partner_token', role: 'reader' },
    fields: (values, update) => [
      choice(
        'kind',
        say.columns.kind,
        values,
        Object.entries(say.kinds).filter(([kind]) => kind !== 'manager_token'),
        update
      ),
      values.kind === 'operator_token' &&
        choice('role', say.columns.role, values, Object.entries(say.operatorRoles), update),
      field('label', say.columns.label, values, { maxlength: 100 }, say.issue.labelHint),
      field('expires', say.issue.expires, values, { type: 'datetime-local' }, say.issue.expiresHint)
    ],
    send: async (values, key) =>
      (
        await ask('POST', `/resellers/${reseller.id}/credentials`, {
          key,
          body: {
            kind: values.kind,
            role: values.kind === 'operator_token' ? values.role : undefined,
            label: values.label || undefined,
            expires_at: values.expires ? fromField(values.expires) : undefined
          }
        })
      ).data,
    done: answer => {
      showSecret(say.secretTitle, say.secretHint, answer.secret)
      done()
    }
  })
}

function rotate (reseller, credential, done) {
  openDialog({
    title: say.rotate.title(credentialName(credential)),
    button: say.rotate.button,
    follows: say.rotate.follows,
    values: { overlap: '86400' },
    fields: values => choice('overlap', say.rotate.overlap, values, say.rotate.overlaps),
    send: async (values, key) =>
      (
        await ask('POST', `/resellers/${reseller.id}/credentials/${credential.id}/rotate`, {
          key,
          body: { overlap_seconds: Number(values.overlap) }
        })
      ).data,
    done: answer => {
      showSecret(say.secretTitle, say.secretHint, answer.secret)
      done()
    }
  })
}

function revoke (reseller, credential, done) {
  openDialog({
    title: say.revoke.title(credentialName(credential)),
    button: say.revoke.button,
    follows: say.revoke.follows,
    isGrave: true,
    send: async (values, key) =>
      (await ask('POST', `/resellers/${reseller.id}/credentials/${credential.id}/revoke`, { key })).data,
    done
  })
}

const kindOf = ({ kind, role }) =>
  [say.kinds[kind] ?? kind, role && (say.operatorRoles[role] ?? role)].filter(Boolean).join(', ')

function drawCredentials ({ reseller, credentials }, context) {
  const again = () => context.refresh()
  const columns = [
    { title: say.columns.label, cell: credentialName },
    { title: say.columns.kind, cell: kindOf },
    {
      title: say.columns.status,
      cell: credential => badge(credential.status === 'active' ? 'activated' : 'removed', say.credentialStatus[credential.status])
    },
    { title: say.columns.used, cell: credential => (credential.last_used_at ? moment(credential.last_used_at) : say.never) },
    { title: say.columns.expires, cell: credential => moment(credential.expires_at) },
    {
      title: say.columns.actions,
      cell: credential =>
        credential.status === 'active' &&
        h(
          'span',
          { class: 'row' },
          h(
            'button',
            { class: 'button small', onclick: () => rotate(reseller, credential, again) },
            say.rotate.button,
            h('span', { class: 'unseen' }, ` ${credentialName(credential)}`)
          ),
          credential.id !== context.session.credential &&
            h(
              'button',
              { class: 'button small grave', onclick: () => revoke(reseller, credential, again) },
              say.revoke.button,
              h('span', { class: 'unseen' }, ` ${credentialName(credential)}`)
            )
        )
    }
  ]
  return section(
    say.credentials,
    credentials.all.length
      ? h(
          'div',
          { class: 'flush-inside' },
          table(say.credentials, columns, credentials.all, it => it.id)
        )
      : empty(say.noCredentials),
    cutNote(credentials.isCut, credentials.all.length),
    h('div', null, h('button', { class: 'button', onclick: () => issue(reseller, again) }, say.issue.open))
  )
}

const inside = (caption, columns, rows, keyOf) => h('div', { class: 'flush-inside' }, table(caption, columns, rows, keyOf))

export const resellerPage = {
  name: 'resellers',
  title: data => (data ? data.reseller.name : words.nav.resellers),
  load,
  concerns: (event, data) => event.reseller_id === data.reseller.id,
  draw: (data, context) => {
    const { reseller, promotions, managers, endpoints, counts, all } = data
    const parent = all.get(reseller.parent_id)
    const children = [...all.values()].filter(it => it.parent_id === reseller.id)
    return [
      h(
        'header',
        { class: 'page-head' },
        h('p', { class: 'crumb' }, link('/console/resellers', words.nav.resellers)),
        h('h1', { tabindex: '-1' }, reseller.name)
      ),
      h(
        'div',
        { class: 'stack' },
        h(
          'div',
          { class: 'columns' },
          section(
            say.facts,
            facts([
              [words.account.id, h('code', null, reseller.id)],
              parent && [say.parent, link(`/console/resellers/${parent.id}`, parent.name)],
              [say.endAction, say.endActions[reseller.end_action] ?? reseller.end_action],
              [say.grace, say.days(reseller.grace_seconds / 86400)],
              [say.offset, reseller.utc_offset],
              [words.account.opened, moment(reseller.created_at)],
              children.length > 0 && [
                say.children,
                h(
                  'ul',
                  null,
                  children.map(it => h('li', null, link(`/console/resellers/${it.id}`, it.name)))
                ),
                perhapsMore(all.isCut)
              ]
            ])
          ),
          section(
            say.accounts,
            counts &&
              facts(
                Object.entries(counts).map(([status, number]) => [
                  words.status[status],
                  link(`/console/accounts?reseller=${reseller.id}&status=${status}`, words.number(number))
                ])
              ),
            h(
              'p',
              { class: 'row' },
              link(`/console/accounts?reseller=${reseller.id}`, say.allAccounts),
              link(`/console/numbers?reseller=${reseller.id}`, words.nav.numbers)
            )
          )
        ),
        drawCredentials(data, context),
        section(
          say.promotions,
          promotions.length
            ? inside(
                say.promotions,
                [
                  { title: say.columns.domain, cell: it => it.domain },
                  { title: say.columns.type, cell: it => words.type[it.type] },
                  { title: say.columns.from, cell: it => moment(it.from) },
                  { title: say.columns.until, cell: it => moment(it.until) }
                ],
                promotions,
                it => it.domain + it.type
              )
            : empty(say.noPromotions)
        ),
        section(
          say.managers,
          managers.length
            ? inside(
                say.managers,
                [
                  { title: say.columns.name, cell: it => it.name },
                  { title: say.columns.email, cell: it => it.email },
                  { title: say.columns.role, cell: it => say.roles[it.role] ?? it.role },
                  { title: say.columns.status, cell: it => say.managerStatus[it.status] ?? it.status }
                ],
                managers,
                it => it.id
              )
            : empty(say.noManagers)
        ),
        section(
          say.webhooks,
          endpoints.length
            ? h(
                'ul',
                { class: 'stack tight' },
                endpoints.map(it => h('li', { key: it.id }, link(`/console/webhooks/${reseller.id}/${it.id}`, it.url)))
              )
            : empty(say.noWebhooks)
        )
      )
    ]
  }
}
