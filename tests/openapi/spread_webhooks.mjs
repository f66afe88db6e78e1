// node tests/openapi/spread_webhooks.mjs: what openapi/partner.json says of webhooks is written into the documents of the
// published dialects as well, so that each tells its own users: the same schemas and headers, in the words of that API.
// webhooks_test holds the copies to what they are copied from.

import { readFileSync, writeFileSync } from 'node:fs'

const folder = new URL('../../openapi/', import.meta.url)
const fileOf = name => new URL(`${name}.json`, folder)
const endpoints = 'Endpoints are made at `/partner/v1/webhook-endpoints`, with the same credential: see partner.json and docs/webhooks.md.'

// tag: which of the dialect's words stand for those of a payload. Types: what of this API leads to them.
const words = {
  'partnership-openapi': {
    tag: `What happens to your accounts, sent to your webhook endpoints. \`account_uid\` is the account's here too, and a \`status\` has the words of this API. ${endpoints}`,
    types: {
      'account.opened': 'POST /partners/accounts, or another API.',
      'account.end_date_moved': '`ends_at` of PATCH /partners/accounts/{accountUid}.',
      'account.frozen': '`ends_at` has passed: the account is `suspended`.',
      'account.thawed': '`ends_at` has been moved into the future again.',
      'account.closed': 'The time of grace after `ends_at` is over: the account is `deprovisioned`.',
      'account.removed': 'DELETE /partners/accounts/{accountUid}.'
    }
  },
  'partnership-reference': {
    tag: `What happens to your accounts, sent to your webhook endpoints. \`account_uid\` is what this API calls \`customer_account_uid\`; a \`status\` may be one that it does not show: \`activated\`, \`suspended\`, \`deprovisioned\`. ${endpoints}`,
    types: {
      'account.opened': 'POST /partners/accounts, or another API.',
      'account.end_date_moved': '`ends_at` of PATCH /partners/accounts/{accountUid}.',
      'account.frozen': '`ends_at` has passed.',
      'account.thawed': '`ends_at` has been moved into the future again.',
      'account.closed': 'The time of grace after `ends_at` is over: GET answers 410.',
      'account.removed': 'DELETE /partners/accounts/{accountUid}.'
    }
  },
  signalmind: {
    tag: `What happens to your accounts, sent to your webhook endpoints. \`account_uid\` is what this API calls \`Id\`, of accounts that were opened here; types \`individual\` and \`family\` are Basic and Premium. A \`status\` of \`suspended\` is Disabled or Suspended here, \`deprovisioned\` is Canceled, each other Active. ${endpoints} An API key is presented there as a bearer token.`,
    types: {
      'account.opened': 'PUT accounts, or another API.',
      'account.profile_changed': 'POST of an account, or changeexternalid.',
      'account.held': 'changeaccountstatus to Disabled or Suspended; sub-accounts follow their Premium account.',
      'account.lifted': 'changeaccountstatus to Active.',
      'account.plan_changed': 'changeaccountplan.',
      'account.moved': 'movebasicaccount.',
      'account.closed': 'changeaccountstatus to Canceled.',
      'account.removed': 'deletebasicaccount.'
    }
  },
  activeplatform: {
    tag: `What happens to a reseller's accounts, sent to its webhook endpoints. \`account_uid\` is the account's \`id\` here, of accounts that were opened here; \`account_id\` always is. A \`status\` of \`suspended\` is \`credit_hold\` where \`holds\` is \`credit\` alone, else \`administrative_hold\`; \`deprovisioned\` is \`deleted\`, each other \`active\`. ${endpoints} Of managers administrators alone look after endpoints.`,
    types: {
      'account.opened': 'POST accounts, or another API.',
      'account.profile_changed': 'PATCH of an account.',
      'account.balance_adjusted': 'The balance has been adjusted, by the operator.',
      'account.held': 'POST administrative_hold, or the credit limit has been passed.',
      'account.lifted': 'DELETE administrative_hold, or there is credit again.',
      'account.removed': 'DELETE of an account.'
    }
  }
}

const linesOf = name => readFileSync(fileOf(name), 'utf8').split('\n')

// Where a member begins and ends, by its indentation.
function placeOf (lines, indent, name, from = 0) {
  const begin = lines.findIndex((line, at) => at >= from && line.startsWith(`${indent}"${name}": `))
  if (begin < 0) return undefined
  const isWhole = /[}\]],?$/.test(lines[begin]) && !/[{[]$/.test(lines[begin])
  const end = isWhole ? begin : lines.findIndex((line, at) => at > begin && new RegExp(`^${indent}[}\\]],?$`).test(line))
  return { begin, end }
}

function take (lines, indent, name) {
  const { begin, end } = placeOf(lines, indent, name)
  return [...lines.slice(begin, end), lines[end].replace(/,?$/, ',')]
}

function replace (lines, indent, name, block, insertAt) {
  const old = placeOf(lines, indent, name)
  if (old) lines.splice(old.begin, old.end - old.begin + 1)
  lines.splice(insertAt(), 0, ...block)
}

const partner = linesOf('partner')
const document = JSON.parse(partner.join('\n'))

// All that the webhooks refer to, as ["schemas", "Event"].
function referred (node, found = new Map()) {
  if (node === null || typeof node !== 'object') return found
  if (node.$ref && !found.has(node.$ref)) {
    const path = node.$ref.slice(2).split('/')
    found.set(node.$ref, path.slice(1))
    referred(path.reduce((at, part) => at[part], document), found)
  }
  for (const value of Object.values(node)) referred(value, found)
  return found
}

function withWords (block, { types }) {
  let type
  return block.flatMap(line => {
    type = /^ {4}"([a-z_.]+)": \{$/.exec(line)?.[1] ?? type
    const isSummary = line.startsWith('        "summary": ')
    return isSummary && types[type] ? [line, `        "description": ${JSON.stringify(types[type])},`] : [line]
  })
}

for (const [name, dialect] of Object.entries(words)) {
  const unknown = Object.keys(dialect.types).filter(type => !Object.hasOwn(document.webhooks, type))
  if (unknown.length) throw new Error(`${name}: there is no webhook ${unknown.join(', ')}`)
  const lines = linesOf(name)
  const tags = JSON.parse(lines.join('\n')).tags.filter(tag => tag.name !== 'Deliveries')
  const shown = [...tags, { name: 'Deliveries', description: dialect.tag }]
    .map(tag => `    {"name": ${JSON.stringify(tag.name)}, "description": ${JSON.stringify(tag.description)}}`)
  const { begin, end } = placeOf(lines, '  ', 'tags')
  lines.splice(begin, end - begin + 1, '  "tags": [', ...shown.join(',\n').split('\n'), '  ],')
  const at = line => () => lines.indexOf(line)
  replace(lines, '  ', 'webhooks', withWords(take(partner, '  ', 'webhooks'), dialect), at('  "components": {'))
  for (const [section, part] of [...referred(document.webhooks).values()].sort().reverse())
    replace(lines, '      ', part, take(partner, '      ', part), () => lines.indexOf(`    "${section}": {`, lines.indexOf('  "components": {')) + 1)
  JSON.parse(lines.join('\n'))
  writeFileSync(fileOf(name), lines.join('\n'))
}
