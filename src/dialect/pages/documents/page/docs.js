// Shows one of the documents that /openapi lists. Which one stands in the address: /docs#admin, and behind a slash what
// the renderer opened last.

import { Links, credentialNamesOf, evaluate, examplesOf, operationsOf, resolve } from './links.mjs'

const choice = document.getElementById('choice')

function chosenName() {
  return decodeURIComponent(location.hash.slice(1).split('/')[0])
}

// In a sandbox everybody knows the credentials: requests can be tried at once. Where an API exchanges its credential for a
// token first, that is done here as its clients do it.
async function tokenOf(document, scheme, credential) {
  const exchange = scheme['x-exchange']
  if (!exchange) return credential
  const { path } = operationsOf(document).find(({ node }) => node.operationId === exchange.operationId)
  const query = new URLSearchParams({ [exchange.parameter]: credential })
  const answer = await fetch(`${document.servers[0].url}${path}?${query}`)
  return evaluate(exchange.token, { response: { body: await answer.json() } })
}

async function authorize(ui, document, credential) {
  const names = new Set(operationsOf(document).flatMap(operation => credentialNamesOf(document, operation)))
  for (const name of names) {
    const scheme = resolve(document, document.components.securitySchemes[name])
    const token = await tokenOf(document, scheme, credential)
    if (token !== undefined) ui.preauthorizeApiKey(name, token)
  }
}

// What answers have said, for as long as the page is open: about the operations of all documents.
const links = new Links()

function parsed(text) {
  try { return JSON.parse(text) } catch { return text }
}

function isSameJson(left, right) {
  const plain = value => JSON.stringify(typeof value === 'string' ? parsed(value) : value)
  return plain(left) === plain(right)
}

// Fills in what answers have said, as parameters and bodies of requests that may follow. What somebody has typed stays: a
// field is filled where it is empty, shows the document's example, or what was filled in before.
class Filler {
  #filled = new Map()

  constructor(document, address) {
    this.document = document
    this.address = address
    this.operations = operationsOf(document)
  }

  #mayFill(name, current, examples) {
    return [undefined, '', this.#filled.get(name), ...examples].some(it => isSameJson(current ?? '', it ?? ''))
  }

  #fillParameter(system, operation, parameter) {
    const value = links.valueOf(this.address, operation, parameter)
    if (value === undefined) return
    const place = [operation.path, operation.method]
    const name = [...place, parameter.in, parameter.name].join(' ')
    // An operation that has been opened knows its parameters by more than their names.
    const opened = system.specSelectors.specResolvedSubtree(['paths', ...place])?.get('parameters')
      ?.find(it => it.get('in') === parameter.in && it.get('name') === parameter.name)
    const shown = system.specSelectors.parameterValues(place).find((_, key) => key.startsWith(`${parameter.in}.${parameter.name}`))
    if (!this.#mayFill(name, shown, examplesOf(this.document, parameter))) return
    system.specActions.changeParam(place, parameter.name, parameter.in, `${value}`)
    if (opened) system.specActions.changeParamByIdentity(place, opened, `${value}`)
    this.#filled.set(name, `${value}`)
  }

  #fillBody(system, operation) {
    const value = links.bodyOf(this.address, operation)
    if (value === undefined) return
    const name = `${operation.path} ${operation.method} body`
    const media = Object.values(resolve(this.document, operation.node.requestBody)?.content ?? {})
    const shown = system.oas3Selectors.requestBodyValue(operation.path, operation.method)
    if (!this.#mayFill(name, shown, media.flatMap(one => examplesOf(this.document, one)))) return
    const text = JSON.stringify(value, null, 2)
    const pathMethod = [operation.path, operation.method]
    // Else it would be forgotten as soon as the operation is opened.
    system.oas3Actions.setRetainRequestBodyValueFlag({ value: true, pathMethod })
    system.oas3Actions.setRequestBodyValue({ value: text, pathMethod })
    this.#filled.set(name, text)
  }

  fill(system) {
    for (const operation of this.operations) {
      for (const parameter of operation.parameters) this.#fillParameter(system, operation, parameter)
      this.#fillBody(system, operation)
    }
  }

  learn(system, path, method, answer) {
    const operation = this.operations.find(it => it.path === path && it.method === method)
    if (!operation || !answer.ok) return
    const request = system.specSelectors.requestFor(path, method)?.toJS() ?? {}
    links.learn(this.document, this.address, operation, {
      url: answer.url,
      method,
      status: answer.status,
      request: { headers: request.headers, body: parsed(request.body) },
      response: { headers: answer.headers, body: parsed(answer.text) }
    })
    this.fill(system)
  }

  // For the renderer: each answer that it shows is learned from.
  get plugin() {
    const setResponse = (show, system) => (path, method, answer) => {
      const action = show(path, method, answer)
      this.learn(system, path, method, answer)
      return action
    }
    return { statePlugins: { spec: { wrapActions: { setResponse } } } }
  }
}

// What is optional is sent when somebody has typed it: an example that stands in the document would be filled in, and an
// Idempotency-Key or If-Match of somebody else's request sent along.
function withoutGuesses(node) {
  if (Array.isArray(node)) return node.map(withoutGuesses)
  if (node === null || typeof node !== 'object') return node
  const isOptional = typeof node.in === 'string' && typeof node.name === 'string' && !node.required
  const copy = {}
  for (const [name, value] of Object.entries(node)) {
    if (isOptional && (name === 'example' || name === 'examples')) continue
    copy[name] = withoutGuesses(value)
  }
  if (isOptional && copy.schema) {
    delete copy.schema.example
    delete copy.schema.default
  }
  return copy
}

async function show(listed) {
  const answer = await fetch(listed.url)
  if (!answer.ok) return fail(`${listed.url} answered ${answer.status}.`)
  document.getElementById('source').href = listed.url
  document.title = listed.title
  const description = await answer.json()
  const credential = listed.sandbox_credential
  const filler = new Filler(description, answer.url)
  const ui = SwaggerUIBundle({
    spec: withoutGuesses(description),
    dom_id: '#document',
    deepLinking: false,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: false,
    tryItOutEnabled: true,
    validatorUrl: null,
    persistAuthorization: false,
    queryConfigEnabled: false,
    plugins: credential ? [filler.plugin] : [],
    onComplete: async () => {
      if (credential) {
        filler.fill(ui.getSystem())
        await authorize(ui, description, credential)
      }
      document.body.dataset.shown = listed.name
    }
  })
}

function fail(sentence) {
  const note = document.createElement('p')
  note.className = 'note'
  note.textContent = sentence
  document.getElementById('document').replaceChildren(note)
}

async function start() {
  const answer = await fetch('/openapi')
  if (!answer.ok) return fail(`/openapi answered ${answer.status}.`)
  const listed = (await answer.json()).documents
  for (const one of listed) choice.add(new Option(one.title, one.name))
  const showChosen = () => {
    const one = listed.find(({ name }) => name === chosenName()) || listed[0]
    choice.value = one.name
    show(one).catch(error => fail(String(error)))
  }
  choice.addEventListener('change', () => { location.hash = choice.value })
  window.addEventListener('hashchange', showChosen)
  showChosen()
}

start().catch(error => fail(String(error)))
