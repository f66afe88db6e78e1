// What `bench/run console` measures, in Debian's Chromium: what is asked of the console's speed, as figures beside targets.
//
//   first_view_kb, first_view_requests   the way in, in a browser that has seen nothing yet; KB of 1,000 bytes, as they travel
//   account_ms             an account of 1,000 events, from its address to what can be used, with the CPU slowed four times
//   search_p99_ms          what the search box asks for at each letter of a uid, among ten million accounts
//   creates_per_none       creates while 500 consoles wait for what happens (each as script/live.js does, with a session of its
//                          own), to creates while none does: medians of rounds in turns

import { execFile, execFileSync, spawn } from 'node:child_process'
import { setMaxListeners } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { parseArgs, promisify } from 'node:util'
import { Chromium, sizes } from '../tests/browser/chromium.mjs'
import { asksOf, press } from '../tests/browser/checks.mjs'

const targets = {
  first_view_kb: ['<=', 100],
  first_view_requests: ['<=', 5],
  account_ms: ['<=', 300],
  search_p99_ms: ['<=', 100],
  creates_per_none: ['>=', 0.97]
}
const options = { json: { type: 'string' }, rounds: { type: 'string', default: '5' }, quick: { type: 'boolean', default: false } }
const { json, rounds, quick } = parseArgs({ options }).values
const [accounts, words, seconds] = quick ? [100_000, 5, 2] : [10_000_000, 100, 10]
const consoles = 500
const [serverCore, loadCore] = ['0', '1']
const build = 'build/release'
const database = 'build/bench/console.db'

const run = promisify(execFile)
const pause = milliseconds => new Promise(resolve => setTimeout(resolve, milliseconds))
const quantile = (values, part) => values.toSorted((a, b) => a - b)[Math.ceil(values.length * part) - 1]
const removeDatabase = () => ['', '-wal', '-shm', '-lock'].forEach(it => rmSync(database + it, { force: true }))

// [process, address]
function start () {
  const server = spawn('taskset', ['-c', serverCore, `${build}/partnerd`, 'serve', '--sandbox', '--listen', '127.0.0.1:0',
    '--database', `sqlite:${database}`, '--log-level', 'warning'], { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    let said = ''
    server.on('exit', status => reject(new Error(`partnerd ended with ${status}`)))
    server.stdout.on('data', text => {
      const found = /listening on (http:\S+)\n/.exec((said += text))
      if (found) resolve([server, found[1]])
    })
  })
}

// What the browser has at hand does not count.
async function measureFirstView (page, base) {
  let bytes = 0
  let requests = 0
  page.browser.listeners.push(({ method, params, sessionId }) => {
    if (method !== 'Network.loadingFinished' || sessionId !== page.sessionId || !params.encodedDataLength) return
    bytes += params.encodedDataLength
    ++requests
  })
  await page.go(`${base}/console/`)
  await page.until(`document.querySelector('h1')?.textContent === 'Sign in'`, 'the way in')
  await pause(1000)
  return { first_view_kb: bytes / 1000, first_view_requests: requests }
}

// When the page that says so can be used, by the page's own clock: it is drawn, and nothing else is under way.
const tellWhenUsable = title => `new MutationObserver((_, observer) => {
  const main = document.querySelector('main')
  if (document.querySelector('h1')?.textContent !== ${JSON.stringify(title)} || main?.ariaBusy !== 'false') return
  observer.disconnect()
  requestAnimationFrame(() => setTimeout(() => { window.usable = performance.now() }))
}).observe(document, { subtree: true, childList: true, attributes: true })`

async function measureAccount (page, base, api) {
  const account = await api('POST', '/resellers/2/accounts', { uid: 'much-has-happened', type: 'family', domain: 'b5test.com' })
  for (let i = 1; i < 1000; ++i) await api('POST', `/accounts/${account.id}/notes`, { comment: `note ${i}` })
  await page.send('Emulation.setCPUThrottlingRate', { rate: 4 })
  const { identifier } = await page.send('Page.addScriptToEvaluateOnNewDocument', { source: tellWhenUsable(account.uid) })
  const times = []
  for (let i = 0; i < 9; ++i) {
    await page.go(`${base}/console/accounts/${account.id}`)
    times.push(await page.until('window.usable', 'an account'))
  }
  await page.send('Page.removeScriptToEvaluateOnNewDocument', { identifier })
  await page.send('Emulation.setCPUThrottlingRate', { rate: 1 })
  return { account_ms: quantile(times, 0.5) }
}

async function measureSearch (page, base, api) {
  await page.go(`${base}/console/`)
  await page.until(`Boolean(document.querySelector('#search'))`, 'a box to search in')
  await page.evaluate('performance.setResourceTimingBufferSize(100000)')
  for (let i = 0; i < words; ++i) {
    const prefix = Math.floor(Math.random() * 4096).toString(16).padStart(3, '0')
    const { accounts: [found] } = await api('GET', `/accounts?uid_prefix=${prefix}&limit=1`)
    await page.evaluate(`{ const it = document.querySelector('#search'); it.focus(); it.select() }`)
    for (const letter of (found?.uid ?? prefix).slice(0, 12)) {
      await page.send('Input.insertText', { text: letter })
      await pause(250) // the box asks when somebody pauses
    }
  }
  const times = await page.evaluate(`performance.getEntriesByType('resource')
    .filter(it => it.name.includes('/search?') && it.responseStatus === 200).map(it => it.duration)`)
  if (times.length < words * 3) throw new Error(`only ${times.length} answers of the search`)
  return { search_p99_ms: quantile(times, 0.99) }
}

async function signIn (base) {
  const headers = { 'content-type': 'application/json' }
  const response = await fetch(`${base}/console/session`, { method: 'POST', headers, body: '{"token": "sandbox-operator"}' })
  if (response.status !== 201) throw new Error(`no session: ${response.status}`)
  return response.headers.get('set-cookie').split(';')[0]
}

// script/live.js says when it looks, and how it rests when much happens or it is turned away.
async function follow (base, cookie, signal, begun) {
  for (let cursor = null, failures = 0; !signal.aborted;) {
    const query = cursor === null ? 'start=now&limit=1' : `cursor=${encodeURIComponent(cursor)}&limit=25&wait=25`
    const headers = { cookie, 'Partnerd-Background': 'true' }
    const response = await fetch(`${base}/admin/v1/events?order=oldest&${query}`, { headers, signal })
    const { events, next, detail } = await response.json()
    if (response.ok) {
      begun()
      failures = 0
      cursor = events.length < 25 ? next : null
      if (cursor === null) await pause(5000)
    } else if (response.status === 503) await pause(Math.min(30000, 1000 * 2 ** ++failures))
    else throw new Error(`the feed: ${response.status} ${detail}`)
  }
}

let creates = 0
async function createsPerSecond (base) {
  const first = ++creates * 100_000_000 // a number that no account has had
  const { stdout } = await run('taskset', ['-c', loadCore, 'wrk', '-t1', '-c64', `-d${seconds}s`, '--timeout', '10s',
    '-s', 'bench/accounts.lua', `${base}/`, '--', 'post', String(first), '10000'])
  const result = JSON.parse(stdout.trim().split('\n').at(-1))
  if (result.errors) throw new Error(`${result.errors} creates went wrong`)
  return (result.requests / result.duration_us) * 1e6
}

async function createsWithConsoles (base, cookies) {
  const leaving = new AbortController()
  setMaxListeners(0, leaving.signal) // each request listens
  const waiting = new Set()
  const following = Promise.all(cookies.map(cookie => follow(base, cookie, leaving.signal, () => waiting.add(cookie))))
  const broken = following.catch(error => { if (!leaving.signal.aborted) throw error })
  while (waiting.size < cookies.length) await Promise.race([pause(50), broken])
  const found = await Promise.race([createsPerSecond(base), broken])
  leaving.abort()
  await broken
  return found
}

async function measureConsoles (base) {
  execFileSync('taskset', ['-acp', loadCore, String(process.pid)]) // the server has its own
  const cookies = []
  while (cookies.length < consoles) cookies.push(await signIn(base))
  const ratios = []
  for (let i = 0; i < (quick ? 1 : Number(rounds)); ++i) {
    const first = i % 2 ? await createsWithConsoles(base, cookies) : await createsPerSecond(base)
    const second = i % 2 ? await createsPerSecond(base) : await createsWithConsoles(base, cookies)
    ratios.push(i % 2 ? first / second : second / first)
  }
  return { creates_per_none: quantile(ratios, 0.5) }
}

function report (figures) {
  for (const [name, value] of Object.entries(figures)) {
    const [sign, target] = targets[name]
    const isMet = sign === '<=' ? value <= target : value >= target
    const text = value.toFixed(3)
    console.log(`${name.padEnd(36)}${text.padStart(14)}   target ${sign} ${target}${isMet ? '' : '   MISSED'}`)
  }
  if (json) writeFileSync(json, JSON.stringify(figures, null, 2) + '\n')
}

mkdirSync('build/bench', { recursive: true })
removeDatabase()
const [server, base] = await start()
const browser = new Chromium()
try {
  console.log(`loading ${accounts.toLocaleString('en')} accounts`)
  await run('taskset', ['-c', loadCore, `${build}/load_accounts`, new URL(base).port, '0', String(accounts)])
  const api = asksOf(base)
  const page = await browser.open(sizes.desktop)
  const figures = await measureFirstView(page, base)
  await press(page, 'Enter this sandbox')
  await page.until(`document.querySelector('h1')?.textContent === 'Home'`, 'signed in')
  Object.assign(figures, await measureAccount(page, base, api), await measureSearch(page, base, api))
  await browser.close()
  report({ ...figures, ...(await measureConsoles(base)) })
} finally {
  await browser.close()
  server.removeAllListeners('exit')
  const ended = new Promise(resolve => server.on('exit', resolve))
  server.kill()
  await ended
  removeDatabase()
}
