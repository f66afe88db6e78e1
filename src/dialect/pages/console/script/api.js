// The operator API as pages ask it. Who is signed out signs in over the page, and what was asked is asked again; a server
// that is busy is asked again with the same key, so that nothing is done twice.

import { words } from './words.js'

export class Refusal extends Error {
  constructor (status, problem) {
    super(problem?.detail ?? words.refusal(status))
    this.status = status
    this.code = problem?.code
    this.errors = problem?.errors ?? []
  }
}

// Nobody has answered.
export class Unreachable extends Error {
  constructor () {
    super(words.unreachable)
  }
}

export const connection = { onSignedOut: null, onReachable: () => {}, onRetry: () => {} }

const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))

export function newKey () {
  return [...crypto.getRandomValues(new Uint8Array(16))].map(byte => byte.toString(16).padStart(2, '0')).join('')
}

async function send (method, url, headers, body, signal) {
  try {
    const response = await fetch(url, { method, headers, body, signal, cache: 'no-store' })
    connection.onReachable(true)
    return response
  } catch (error) {
    if (error.name === 'AbortError') throw error
    connection.onReachable(false)
    throw new Unreachable()
  }
}

async function read (response) {
  const text = await response.text()
  try {
    return text ? JSON.parse(text) : null
  } catch {
    return null
  }
}

const attempts = 4

// ask('GET', '/accounts', { query: {...} }); options: query, body, etag (If-Match), key (of what is to be done once),
// isBackground (nobody's hand asked for it), signal. { data, etag }; throws Refusal, Unreachable.
export async function ask (method, path, { query, body, etag, key, isBackground, signal, base = '/admin/v1' } = {}) {
  const given = Object.entries(query ?? {}).filter(([, value]) => value !== undefined && value !== null && value !== '')
  const url = base + path + (given.length ? '?' + new URLSearchParams(given) : '')
  const headers = { accept: 'application/json' }
  if (body !== undefined) headers['content-type'] = 'application/json'
  if (etag) headers['if-match'] = etag
  if (key) headers['idempotency-key'] = key
  if (isBackground) headers['partnerd-background'] = 'true'
  for (let attempt = 1; ; ++attempt) {
    const response = await send(method, url, headers, body === undefined ? undefined : JSON.stringify(body), signal)
    const data = await read(response)
    if (response.ok) return { data, etag: response.headers.get('etag') }
    if (response.status === 401 && base === '/admin/v1' && connection.onSignedOut && !isBackground) {
      await connection.onSignedOut()
      continue
    }
    const mayRepeat = method === 'GET' || key
    if (response.status === 503 && mayRepeat && !isBackground && attempt < attempts) {
      connection.onRetry(attempt)
      await pause(500 * 2 ** attempt)
      continue
    }
    throw new Refusal(response.status, data)
  }
}

export const get = async (path, query, options) => (await ask('GET', path, { query, ...options })).data

// All pages of a list, up to so many; `isCut`: there are more.
export async function getAll (path, name, query, limit = 1000, options = {}) {
  const all = []
  let cursor
  do {
    const page = await get(path, { limit: 200, ...query, cursor }, options)
    all.push(...page[name])
    cursor = page.next
  } while (cursor && all.length < limit)
  return { all, isCut: Boolean(cursor) }
}

export const session = {
  show: async () => (await ask('GET', '/session', { base: '/console' })).data,
  open: async token => (await ask('POST', '/session', { base: '/console', body: { token } })).data,
  end: () => ask('DELETE', '/session', { base: '/console' })
}
