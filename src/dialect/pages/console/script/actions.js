// What can be done with an account. Each action says what will follow, asks why, is done once however often it is sent,
// and only to the account that was seen: if somebody has changed it meanwhile, both versions are shown side by side.

import { words } from './words.js'
import { h } from './elements.js'
import { ask, Refusal } from './api.js'
import { afterMonths, dayInWords, fromField, momentText, toField, zone } from './times.js'
import { closesAt } from './account_words.js'
import { field, openDialog } from './dialogs.js'

const isOpen = account => !account.removed_at && account.status !== 'deprovisioned'
const say = words.actions

const endField = {
  isMissing: values => !values.hasNoEnd && !values.ends,
  draw: (values, update, subject, wrong) => [
    h(
      'div',
      { class: 'field' },
      h('label', { for: 'ends' }, say.redate.field),
      h('input', {
        id: 'ends',
        type: 'datetime-local',
        value: values.ends,
        disabled: values.hasNoEnd,
        'aria-describedby': 'ends-zone dialog-wrong',
        'aria-invalid': wrong && 'true',
        onchange: event => {
          values.ends = event.target.value
          update()
        }
      }),
      h('p', { class: 'hint', id: 'ends-zone' }, say.redate.zone(zone.name)),
      h(
        'div',
        { class: 'row' },
        [
          [1, say.redate.plusMonth],
          [12, say.redate.plusYear]
        ].map(([months, text]) =>
          h(
            'button',
            {
              class: 'button small',
              type: 'button',
              onclick: () => {
                values.hasNoEnd = false
                const from =
                  subject.account.ends_at && subject.account.ends_at > subject.now ? subject.account.ends_at : subject.now
                values.ends = toField(afterMonths(from, months))
                update()
              }
            },
            text
          )
        )
      )
    ),
    h(
      'label',
      { class: 'check' },
      h('input', {
        type: 'checkbox',
        checked: values.hasNoEnd,
        onchange: event => {
          values.hasNoEnd = event.target.checked
          update()
        }
      }),
      say.redate.noEnd
    )
  ]
}

const plainField = (id, label, attributes, hint) => (values, update, subject, wrong) =>
  field(id, label, values, { 'aria-invalid': wrong && 'true', ...attributes }, hint)

// check: what is wrong with the values, in words. needs: the word of the setting reason_required_for.
export const actions = [
  {
    name: 'hold',
    needs: 'hold',
    words: say.hold,
    isOffered: account => isOpen(account) && !account.holds.includes('administrative'),
    follows: ({ account }) => [...say.hold.follows(account), say.partnerSees],
    send: ({ account }, values) => ['POST', `/accounts/${account.id}/hold`, why(values)]
  },
  {
    name: 'lift',
    words: say.lift,
    isOffered: account => isOpen(account) && account.holds.includes('administrative'),
    follows: ({ account }) => [
      ...say.lift.follows(
        account.holds.filter(hold => hold !== 'administrative').map(hold => words.holds[hold] ?? hold),
        words.status[account.stage]
      ),
      say.partnerSees
    ],
    send: ({ account }, values) => ['POST', `/accounts/${account.id}/lift`, why(values)]
  },
  {
    name: 'redate',
    needs: 'redate',
    words: say.redate,
    isOffered: isOpen,
    begin: ({ account }) => ({ ends: account.ends_at ? toField(account.ends_at) : '', hasNoEnd: false }),
    field: endField.draw,
    check: (values, { now }) => {
      if (values.hasNoEnd) return null
      const instant = values.ends && fromField(values.ends)
      return !instant ? say.redate.missing : instant <= now ? say.redate.inPast : null
    },
    follows: ({ account, reseller, now }, values) => {
      const ends = !values.hasNoEnd && values.ends ? fromField(values.ends) : null
      const lines = account.holds.includes('ended') ? [say.redate.thaws] : []
      if (values.hasNoEnd) return [...lines, ...say.redate.followsNone, say.partnerSees]
      if (!ends) return []
      const closes = closesAt({ ...account, ends_at: ends }, reseller)
      return [...lines, ...say.redate.followsDate(momentText(ends), closes && dayInWords(closes, now)), say.partnerSees]
    },
    send: ({ account }, values) => [
      'PATCH',
      `/accounts/${account.id}`,
      { ends_at: values.hasNoEnd ? null : fromField(values.ends), ...why(values) }
    ]
  },
  {
    name: 'reissue',
    words: say.reissue,
    isOffered: account => isOpen(account) && account.stage === 'entitled',
    follows: () => say.reissue.follows,
    send: ({ account }, values) => ['POST', `/accounts/${account.id}/reissue-token`, why(values)]
  },
  {
    name: 'members',
    words: say.members,
    isOffered: account => isOpen(account) && account.stage !== 'entitled',
    begin: ({ account }) => ({ members: String(account.deployed_members) }),
    field: plainField('members', say.members.field, { type: 'number', min: 0, inputmode: 'numeric' }),
    check: values => (/^\d{1,9}$/.test(values.members) ? null : say.members.missing),
    follows: ({ account }) => say.members.follows(account.stage),
    send: ({ account }, values) => [
      'POST',
      `/accounts/${account.id}/members`,
      { deployed_members: Number(values.members), ...why(values) }
    ]
  },
  {
    name: 'balance',
    words: say.balance,
    isOffered: (account, { balance }) => isOpen(account) && Boolean(balance),
    field: plainField('amount', say.balance.field, { inputmode: 'decimal' }, say.balance.hint),
    check: values => (/^-?\d{1,12}(\.\d{1,4})?$/.test(values.amount ?? '') ? null : say.balance.missing),
    follows: ({ balance }) => say.balance.follows(balance.balance),
    hasCommentOnly: true,
    send: ({ account }, values) => [
      'POST',
      `/resellers/${account.reseller_id}/accounts/${account.id}/balance`,
      { amount: values.amount, reason: values.comment?.trim() || undefined }
    ]
  },
  {
    name: 'note',
    words: say.note,
    isOffered: () => true,
    isNote: true,
    hasCommentOnly: true,
    check: values => (values.comment?.trim() ? null : say.note.missing),
    follows: () => say.note.follows,
    send: ({ account }, values) => ['POST', `/accounts/${account.id}/notes`, why(values)]
  },
  {
    name: 'close',
    needs: 'close',
    words: say.close,
    isGrave: true,
    isOffered: isOpen,
    field: plainField('uid', say.close.confirm, {}),
    check: (values, { account }) => (values.uid === account.uid ? null : say.close.confirmWrong),
    follows: () => [...say.close.follows, say.partnerSees],
    send: ({ account }, values) => ['POST', `/accounts/${account.id}/close`, why(values)]
  }
]

const commentBytesMax = 500
const bytesOf = text => new TextEncoder().encode(text).length

function why (values) {
  const given = {}
  if (values.reason) given.reason = values.reason
  if (values.comment?.trim()) given.comment = values.comment.trim()
  return given
}

// The operator's own words stand beside the six of all.
function reasonsOf (settings) {
  const own = (settings?.event_reasons ?? '')
    .split(',')
    .map(word => word.trim())
    .filter(Boolean)
  return [...Object.entries(say.reasons), ...own.map(word => [word, word])]
}

const requiresReason = (action, settings) =>
  Boolean(action.needs) &&
  (settings?.reason_required_for ?? '')
    .split(',')
    .map(word => word.trim())
    .includes(action.needs)

const compared = [
  [words.account.status, account => words.status[account.status]],
  [words.account.holds, account => account.holds.map(hold => words.holds[hold] ?? hold).join(', ') || words.none],
  [words.account.ends, account => (account.ends_at ? momentText(account.ends_at) : words.account.noEnd)],
  [words.account.members, account => String(account.deployed_members)],
  [words.account.token, account => account.activation_token],
  [words.account.version, account => String(account.version)]
]

function sideBySide (before, now) {
  const rows = compared.filter(([, of], index) => index === 0 || of(before) !== of(now))
  return h(
    'div',
    { class: 'notice bad stack', role: 'alert' },
    h('h3', null, say.stale),
    h('p', null, say.staleHint),
    h(
      'table',
      { class: 'compare' },
      h(
        'thead',
        null,
        h(
          'tr',
          null,
          [say.what, say.before, say.now].map(text => h('th', { scope: 'col' }, text))
        )
      ),
      h(
        'tbody',
        null,
        rows.map(([name, of]) =>
          h(
            'tr',
            { class: of(before) !== of(now) && 'differs' },
            h('th', { scope: 'row' }, name),
            h('td', null, of(before)),
            h('td', null, of(now))
          )
        )
      )
    )
  )
}

function drawReason (values, settings, isRequired, field) {
  return h(
    'div',
    { class: 'field', key: 'why-reason' },
    h('label', { for: 'why-reason' }, say.reason),
    h(
      'select',
      {
        id: 'why-reason',
        value: values.reason,
        required: isRequired,
        'aria-invalid': field === 'reason' && 'true',
        'aria-describedby': 'dialog-wrong',
        onchange: event => {
          values.reason = event.target.value
        }
      },
      h('option', { value: '' }, isRequired ? '' : say.reasonNone),
      reasonsOf(settings).map(([name, text]) => h('option', { value: name }, text))
    )
  )
}

// One line, as the API has it.
function drawComment (values, label, field) {
  return h(
    'div',
    { class: 'field', key: 'why-comment' },
    h('label', { for: 'why-comment' }, label),
    h('input', {
      id: 'why-comment',
      class: 'wide',
      value: values.comment,
      autocomplete: 'off',
      'aria-describedby': 'why-hint dialog-wrong',
      'aria-invalid': field === 'comment' && 'true',
      oninput: event => {
        values.comment = event.target.value
      }
    }),
    h('p', { class: 'hint', id: 'why-hint' }, say.commentHint)
  )
}

const whyPlaces = { reason: '#why-reason', comment: '#why-comment' }
const isOfField = field => field !== null && !(field in whyPlaces)
// Where a comment is all that is asked for, the API may call it the reason.
const fieldOfWhy = (action, field) => (action.hasCommentOnly && field === 'reason' ? 'comment' : field)

// subject: { account, etag, reseller, settings, balance, now }. done(answer) is called once it is carried out.
export function openAction (action, subject, done) {
  let stale = null
  const isRequired = requiresReason(action, subject.settings)
  const isAboutAccount = !action.isNote && action.name !== 'balance'

  function check (values) {
    if (isRequired && !values.reason) return [say.reasonMissing, 'reason']
    const missing = action.check?.(values, subject)
    if (missing) return [missing, action.isNote ? 'comment' : 'field']
    return bytesOf(values.comment.trim()) > commentBytesMax ? [say.commentTooLong(commentBytesMax), 'comment'] : null
  }

  openDialog({
    title: action.words.title(subject.account.uid),
    button: () => (stale ? say.goOn : action.words.button),
    label: action.words.label,
    isGrave: action.isGrave,
    values: { reason: '', comment: '', ...action.begin?.(subject) },
    above: () => stale && sideBySide(stale, subject.account),
    fields: (values, update, field) =>
      action.field && h('div', { class: 'action-field stack' }, action.field(values, update, subject, isOfField(field))),
    follows: values => action.follows(subject, values),
    below: (values, field) => [
      !action.hasCommentOnly && drawReason(values, subject.settings, isRequired, field),
      drawComment(values, action.isNote ? say.note.comment : say.comment, fieldOfWhy(action, field))
    ],
    check,
    place: field => (isOfField(field) ? '.action-field input:not(:disabled), .go' : whyPlaces[fieldOfWhy(action, field)]),
    send: async (values, key) => {
      const [method, path, body] = action.send(subject, values)
      return (await ask(method, path, { body, etag: isAboutAccount ? subject.etag : undefined, key })).data
    },
    meet: async error => {
      if (!(error instanceof Refusal) || error.status !== 412) return false
      const { data, etag } = await ask('GET', `/accounts/${subject.account.id}`)
      stale = subject.account
      subject = { ...subject, account: data, etag }
      return true
    },
    done
  })
}
