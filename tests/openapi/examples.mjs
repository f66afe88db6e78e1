// node tests/openapi/examples.mjs BASE_URL FOLDER: is what the documents show true of a fresh sandbox? Each file of FOLDER
// is listed by /openapi and served as it is, and each operation is asked with each of its examples, as somebody would who
// tries one after the other in /docs: with what is required and with nothing else. Ends with "N passed, N failed".
//
// The order is that of order.mjs.
// What only a server can know (the id of what it has just made) comes from its answers, by the Link Objects of the
// documents; the newest answer counts. Nothing about any API is known here.

import { readFileSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { Links, credentialNamesOf, evaluate, examplesOf, operationsOf, resolve } from '../../src/dialect/pages/documents/page/links.mjs'
import { operationsInOrder } from './order.mjs'

const [base, folder] = process.argv.slice(2)
const links = new Links()
let passed = 0
let failed = 0

function check (what, holds, detail = '') {
  holds ? ++passed : ++failed
  if (!holds) console.log(`  FAIL ${what} ${detail}`)
}

async function ask (url, options = {}) {
  const answer = await fetch(url, { redirect: 'manual', ...options })
  const text = await answer.text()
  let body
  try { body = JSON.parse(text) } catch { body = text }
  return { status: answer.status, headers: Object.fromEntries(answer.headers), body, text }
}

function addressOf (document, address, path, values) {
  const server = new URL(document.servers[0].url, address).href.replace(/\/$/, '')
  return server + path.replace(/\{([^}]*)\}/g, (_, name) => encodeURIComponent(values[name]))
}

// What stands for a caller: the sandbox's credential, or, where the API exchanges it for a token first, the token.
async function tokenOf (document, address, scheme, credential) {
  const exchange = scheme['x-exchange']
  if (!exchange) return credential
  const { path } = operationsOf(document).find(({ node }) => node.operationId === exchange.operationId)
  const url = addressOf(document, address, path, {}) + '?' + new URLSearchParams({ [exchange.parameter]: credential })
  return evaluate(exchange.token, { response: await ask(url) })
}

async function credentialHeaders (document, address, operation, credential) {
  const headers = {}
  for (const name of credentialNamesOf(document, operation)) {
    const scheme = resolve(document, document.components.securitySchemes[name])
    const token = await tokenOf(document, address, scheme, credential)
    if (scheme.type === 'http') headers.authorization = `Bearer ${token}`
    else headers[scheme.name] = token
  }
  return headers
}

// Each body that the document shows; what an answer has said replaces them.
function bodiesOf (document, address, operation) {
  const content = resolve(document, operation.node.requestBody)?.content
  if (!content) return [{}]
  const known = links.bodyOf(address, operation)
  return Object.entries(content).flatMap(([type, media]) =>
    (known === undefined ? examplesOf(document, media) : [known]).map(value => ({ type, value })))
}

async function tryOperation (name, document, address, credential, operation) {
  const { method, path, node } = operation
  const values = { path: {}, query: {}, header: {} }
  for (const parameter of operation.parameters.filter(({ required }) => required)) {
    const value = links.valueOf(address, operation, parameter) ?? examplesOf(document, parameter)[0]
    check(`${name} ${node.operationId}: ${parameter.name} has an example, or an answer says it`, value !== undefined)
    values[parameter.in][parameter.name] = value
  }
  const bodies = bodiesOf(document, address, operation)
  check(`${name} ${node.operationId} shows a body of each media type`, bodies.length > 0)
  for (const { type, value } of bodies) {
    const query = new URLSearchParams(values.query).toString()
    const url = addressOf(document, address, path, values.path) + (query && `?${query}`)
    const headers = { ...values.header, ...await credentialHeaders(document, address, operation, credential) }
    if (type) headers['content-type'] = type
    const body = type && (typeof value === 'string' ? value : JSON.stringify(value))
    const response = await ask(url, { method: method.toUpperCase(), headers, body })
    const { status, text } = response
    const isSuccess = status >= 200 && status < 300 && response.body?.Success !== false
    const what = `${name} ${node.operationId}, ${method.toUpperCase()} ${url} ${body ?? ''}`
    check(what, isSuccess, `\n    ${status} ${text.slice(0, 500)}`)
    check(what, !isSuccess || node.responses[status], `\n    ${status} is not promised`)
    const request = { path: values.path, query: values.query, headers, body: type && value }
    if (isSuccess) links.learn(document, address, operation, { url, method, status, request, response })
  }
}

const { documents } = (await ask(`${base}/openapi`)).body
for (const file of readdirSync(folder).filter(name => name.endsWith('.json'))) {
  const listed = documents.find(({ name }) => `${name}.json` === file)
  check(`${file} is listed`, listed)
  const served = listed && await ask(base + listed.url)
  check(`${file} is served as it is`, served?.text === readFileSync(join(folder, file), 'utf8'), served?.status)
}
for (const { name, url, sandbox_credential: credential } of documents) {
  const address = base + url
  const document = (await ask(address)).body
  for (const operation of operationsInOrder(document)) await tryOperation(name, document, address, credential, operation)
}
console.log(`${passed} passed, ${failed} failed`)
process.exit(failed === 0 ? 0 : 1)
