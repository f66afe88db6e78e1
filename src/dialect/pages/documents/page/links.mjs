// What answers tell about the requests that may follow: OpenAPI's Link Objects, with their runtime expressions. Used by
// /docs, which fills in what is known, and by tests/openapi/examples.mjs, which runs what the documents show.

const methods = ['get', 'put', 'post', 'patch', 'delete']

const decodeToken = token => token.replace(/~1/g, '/').replace(/~0/g, '~')

// RFC 6901. Undefined: there is nothing.
function findByPointer(value, pointer) {
  for (const token of pointer.split('/').slice(1)) {
    if (value === null || typeof value !== 'object' || !Object.hasOwn(value, decodeToken(token))) return undefined
    value = value[decodeToken(token)]
  }
  return value
}

// What a node refers to within its document, or the node itself.
export function resolve(document, node) {
  while (node && node.$ref) node = findByPointer(document, decodeURIComponent(node.$ref.slice(1)))
  return node
}

// Each operation of a document, as it stands there: {method, path, node, parameters}.
export function operationsOf(document) {
  const operations = []
  for (const [path, item] of Object.entries(document.paths ?? {})) {
    for (const [method, node] of Object.entries(item)) {
      if (!methods.includes(method)) continue
      const parameters = [...(item.parameters ?? []), ...(node.parameters ?? [])].map(one => resolve(document, one))
      operations.push({ method, path, node, parameters })
    }
  }
  return operations
}

// The security schemes of an operation; where callers may choose, the first of what they may choose from.
export function credentialNamesOf(document, { node }) {
  return Object.keys((node.security ?? document.security ?? [])[0] ?? {})
}

// The values of all examples of a parameter or of a media type.
export function examplesOf(document, node) {
  if (node.example !== undefined) return [node.example]
  return Object.values(node.examples ?? {}).map(one => resolve(document, one).value)
}

// A runtime expression ($response.body#/id), over what was asked and answered:
// {url, method, status, request: {path, query, headers, body}, response: {headers, body}}; names of headers in lower case.
// Undefined: it leads nowhere.
export function evaluate(expression, exchange) {
  if (expression === '$url') return exchange.url
  if (expression === '$method') return exchange.method
  if (expression === '$statusCode') return exchange.status
  const [, side, source, name = ''] = /^\$(request|response)\.(header|query|path|body)(?:[.#](.*))?$/.exec(expression) ?? []
  if (!side) return undefined
  const message = exchange[side] ?? {}
  if (source === 'body') return findByPointer(message.body, name) ?? undefined
  if (source === 'header') return message.headers?.[name.toLowerCase()]
  return message[source]?.[name]
}

// A value of a Link Object: an expression, a text with expressions in braces, or anything that has such texts in it.
// Undefined as soon as one of them leads nowhere.
function fillIn(value, exchange) {
  if (typeof value === 'string') {
    if (value.startsWith('$')) return evaluate(value, exchange)
    let isWhole = true
    const text = value.replace(/\{(\$[^}]+)\}/g, (_, expression) => {
      const found = evaluate(expression, exchange)
      if (found === undefined) isWhole = false
      return found
    })
    return isWhole ? text : undefined
  }
  if (value === null || typeof value !== 'object') return value
  const filled = Array.isArray(value) ? [] : {}
  for (const [name, child] of Object.entries(value)) {
    filled[name] = fillIn(child, exchange)
    if (filled[name] === undefined) return undefined
  }
  return filled
}

// Remembers for each operation of each document what the newest answer that leads to it has said. Documents are known by
// their addresses, so that one may lead to an operation of another.
export class Links {
  #known = new Map()

  static #nameOf(address, method, path) { return `${address} ${method} ${path}` }

  // The operation that a Link Object means.
  static #targetOf(document, address, link) {
    if (link.operationId) {
      const found = operationsOf(document).find(({ node }) => node.operationId === link.operationId)
      return found && Links.#nameOf(address, found.method, found.path)
    }
    const [file, fragment = ''] = link.operationRef.split('#')
    const [, , path, method] = decodeURIComponent(fragment).split('/').map(decodeToken)
    return Links.#nameOf(new URL(file, address).href, method, path)
  }

  // An answer with success. Where one of a link's expressions leads nowhere, the link does not hold for this answer.
  learn(document, address, { node }, exchange) {
    const response = resolve(document, node.responses[exchange.status] ?? node.responses.default)
    for (const reference of Object.values(response?.links ?? {})) {
      const link = resolve(document, reference)
      const target = Links.#targetOf(document, address, link)
      const parameters = fillIn(link.parameters ?? {}, exchange)
      const body = fillIn(link.requestBody ?? null, exchange)
      if (!target || parameters === undefined || body === undefined) continue
      const before = this.#known.get(target)
      this.#known.set(target, { parameters: { ...before?.parameters, ...parameters }, body: body ?? before?.body })
    }
  }

  // Undefined: no answer has said it.
  valueOf(address, { method, path }, parameter) {
    const parameters = this.#known.get(Links.#nameOf(address, method, path))?.parameters
    return parameters?.[`${parameter.in}.${parameter.name}`] ?? parameters?.[parameter.name]
  }

  bodyOf(address, { method, path }) {
    return this.#known.get(Links.#nameOf(address, method, path))?.body
  }
}
