// node tests/browser/console.mjs BASE_URL [FOLDER]: does the console work for somebody who looks after accounts? Signs in, finds
// an account, reads its state, holds it with a reason, meets somebody else's change, sees what happens live, and goes through
// every page on desktop and phone. Nobody else is asked for anything, nothing is complained about, hostile texts are texts.
// Against a sandbox. Pictures go to FOLDER. Ends with "N passed, N failed".

import { createServer } from 'node:http'
import { readdirSync, readFileSync } from 'node:fs'
import { words } from '../../src/dialect/pages/console/script/words.js'
import { sizes } from './chromium.mjs'
import { asksOf, check, checkInBrowser, press } from './checks.mjs'

const [base, folder] = process.argv.slice(2)
const api = asksOf(base)

let opened = 0
const openAccount = (more = {}) =>
  api('POST', '/resellers/2/accounts', {
    uid: `console-${process.pid}-${++opened}`,
    type: 'family',
    domain: 'b5test.com',
    ...more
  })

const text = page => page.evaluate('document.querySelector("main").innerText')
const has = what => `document.body.innerText.includes(${JSON.stringify(what)})`
const heading = page => page.evaluate('document.querySelector("h1").textContent')
const picture = (page, name) => (folder ? page.screenshot(`${folder}/console-${name}.png`, true) : undefined)

const pauseInPage = milliseconds => `new Promise(resolve => setTimeout(resolve, ${milliseconds}))`

const answered = what => `performance.getEntriesByType('resource').some(it => it.name.includes('${what}'))`
const followsFeed = page => page.until(answered('start=now'), 'it is told what happens')

const key = async (page, name, character = undefined) => {
  await page.send('Input.dispatchKeyEvent', {
    type: 'keyDown',
    key: name,
    code: name,
    text: character,
    windowsVirtualKeyCode: { Enter: 13, ArrowDown: 40, Escape: 27 }[name]
  })
  await page.send('Input.dispatchKeyEvent', { type: 'keyUp', key: name, code: name })
}
const type = async (page, selector, what) => {
  await page.evaluate(`document.querySelector(${JSON.stringify(selector)}).focus()`)
  await page.send('Input.insertText', { text: what })
}
const choose = (page, selector, value) =>
  page.evaluate(`{
  const it = document.querySelector(${JSON.stringify(selector)})
  it.value = ${JSON.stringify(value)}
  it.dispatchEvent(new Event('change', { bubbles: true }))
}`)
const isShown = (page, title) =>
  page.until(
    `document.querySelector('h1')?.textContent === ${JSON.stringify(title)} &&
      document.querySelector('main').getAttribute('aria-busy') === 'false'`,
    title
  )

const isGroup = value => value !== null && typeof value === 'object' && !Array.isArray(value)

// All that is said and nothing else stands in words.js. A group that is used as a whole (by a key that is computed) counts
// with all that is in it.
function checkWords () {
  const folder = new URL('../../src/dialect/pages/console/script/', import.meta.url)
  const used = new Set()
  const missing = []
  for (const file of readdirSync(folder)) {
    const script = readFileSync(new URL(file, folder), 'utf8').replace(/^ *\/\/.*$/gm, '')
    const short = /const say = words((?:\.\w+)*)/.exec(script)?.[1] ?? ''
    for (const [all, name, path] of script.replace(/const say = .*/, '').matchAll(/(?<![./\w])(words|say)((?:\.\w+)+)/g)) {
      let value = words
      const seen = []
      for (const step of ((name === 'say' ? short : '') + path).split('.').slice(1)) {
        if (!isGroup(value)) break
        seen.push(step)
        value = value[step]
      }
      value === undefined ? missing.push(`${file}: ${all}`) : used.add(seen.join('.'))
    }
  }
  const unused = (group, path) =>
    Object.entries(group).flatMap(([key, value]) => {
      const here = [...path, key]
      if (used.has(here.join('.'))) return []
      return isGroup(value) && [...used].some(it => it.startsWith(here.join('.') + '.')) ? unused(value, here) : [here.join('.')]
    })
  check('each word that is used is there', missing.length === 0, missing)
  check('each word that is there is used', unused(words, []).length === 0, unused(words, []))
  const kinds = readFileSync(new URL('../../src/model/event.cc', import.meta.url), 'utf8').match(/(?<=return ")[a-z]+\.[a-z_]+/g)
  const unnamed = kinds.filter(kind => !words.events[kind])
  check('each kind of event has its words', kinds.length > 30 && unnamed.length === 0, unnamed)
  const holds = Object.keys(words.holds).join()
  check('each hold has its words', [words.holdExplained, words.holdsInSentence].every(it => Object.keys(it).join() === holds))
  check('an account that is held by the one above says so', words.holds.parent === 'Account above')
}

async function signIn (page) {
  await page.go(`${base}/console/`)
  await page.until(`Boolean(document.querySelector('h1'))`, 'a page')
  if ((await heading(page)) === 'Sign in') await press(page, 'Enter this sandbox')
  await isShown(page, 'Home')
}

async function checkSigningIn (browser) {
  const page = await browser.open(sizes.desktop)
  await page.go(`${base}/console/accounts?status=suspended`)
  await page.until(`document.querySelector('h1')?.textContent === 'Sign in'`, 'the way in')
  check(
    'the field has a label',
    (await page.evaluate(`document.querySelector('#token').labels[0].textContent`)) === 'Operator token'
  )
  await picture(page, 'sign-in')
  await type(page, '#token', 'wrong')
  await press(page, 'Sign in')
  await page.until(has('This token is not valid'), 'a wrong token is told')
  check(
    'the field is told apart',
    (await page.evaluate(`document.querySelector('#token').getAttribute('aria-invalid')`)) === 'true'
  )
  await page.evaluate(`document.querySelector('#token').value = ''`)
  await type(page, '#token', 'sandbox-operator')
  await key(page, 'Enter', '\r')
  await isShown(page, 'Accounts')
  check('it goes on where the address leads', (await page.evaluate('location.search')) === '?status=suspended')
  check('no script can read the cookie', (await page.evaluate('document.cookie')) === '', await page.evaluate('document.cookie'))
  check(
    'nothing that could act is stored',
    (await page.evaluate(`JSON.stringify({ ...localStorage, ...sessionStorage })`)) === '{}'
  )
  await page.send('Page.reload')
  await page.until(
    `performance.getEntriesByType('navigation')[0].type === 'reload' && Boolean(document.querySelector('h1'))`,
    'a reload'
  )
  check('a reload stays signed in', (await heading(page)) === 'Accounts', await heading(page))
  await press(page, 'Session')
  await press(page, 'Sign out')
  await page.until(`document.querySelector('h1')?.textContent === 'Sign in'`, 'signed out')
  check('signed out', (await page.evaluate(`fetch('/admin/v1/resellers').then(it => it.status)`)) === 401)
  return page
}

async function checkAccount (browser) {
  const account = await openAccount({ ends_at: '2050-12-20T00:00:00Z' })
  const page = await browser.open(sizes.desktop)
  await signIn(page)
  await type(page, '#search', account.uid)
  await page.until(`document.querySelectorAll('#found [role=option]').length === 1`, 'it is found')
  check(
    'the search is a combobox',
    (await page.evaluate(`document.querySelector('#search').getAttribute('aria-expanded')`)) === 'true'
  )
  await key(page, 'ArrowDown')
  check(
    'an arrow chooses',
    (await page.evaluate(`document.querySelector('#search').getAttribute('aria-activedescendant')`)) === 'found-0'
  )
  await key(page, 'Enter', '\r')
  await isShown(page, account.uid)
  check('the heading has the focus', (await page.evaluate(`document.activeElement.tagName`)) === 'H1')
  check(
    'the state is in words',
    /Opened on .*; its customer has not redeemed the link yet; ends on 20 December 2050\./.test(await text(page)),
    await text(page)
  )

  await press(page, 'Hold')
  check('it says what will follow', await page.evaluate(has('The customer loses access at once.')))
  await choose(page, '#why-reason', 'fraud')
  await type(page, '#why-comment', 'ticket <b>17</b>')
  await api('PATCH', `/accounts/${account.id}`, { ends_at: '2051-01-01T00:00:00Z' })
  await press(page, 'Hold it')
  await page.until(has('Somebody has changed this account meanwhile'), "somebody else's change")
  const sides = await page.evaluate(`[...document.querySelectorAll('.compare .differs')].map(it => it.innerText).join('|')`)
  check('both versions stand side by side', sides.includes('2050') && sides.includes('2051'), sides)
  check(
    'what was typed is still there',
    (await page.evaluate(`document.querySelector('#why-comment').value`)) === 'ticket <b>17</b>'
  )
  await picture(page, 'changed-meanwhile')
  await press(page, 'Go on with the account as it is now')
  await page.until(
    `/Suspended since .*: held by hand; ends on 1 January 2051\\./.test(document.querySelector('.state').textContent)`,
    'suspended, in words'
  )
  check(
    'the reason is in the timeline, as text',
    await page.evaluate(
      `document.querySelector('.timeline .why').innerText.includes('ticket <b>17</b>') && !document.querySelector('.timeline b')`
    )
  )
  const event = (await api('GET', `/accounts/${account.id}/events`)).events[0]
  check(
    'the event has it too',
    event.reason === 'fraud' && event.comment === 'ticket <b>17</b>' && event.actor.kind === 'operator',
    event
  )

  const begun = Date.now()
  await api('POST', `/accounts/${account.id}/notes`, { comment: 'seen by another' })
  await page.until(has('seen by another'), 'what somebody else does shows by itself')
  check('... soon', Date.now() - begun < 5000, Date.now() - begun)

  await press(page, 'Lift the hold')
  await press(page, 'Lift it')
  await page.until(has('has not redeemed the link yet'), 'lifted')
  await press(page, 'Close')
  await press(page, 'Close it for good')
  check('closing is asked twice', await page.evaluate(has('That is not its uid.')))
  await press(page, 'Cancel')
  check(
    'the focus is back',
    (await page.evaluate('document.activeElement.innerText')) === 'Close',
    await page.evaluate('document.activeElement.outerHTML')
  )
  const loads = await page.evaluate('performance.timeOrigin')
  await page.evaluate('history.back()')
  await isShown(page, 'Home')
  await page.evaluate('history.forward()')
  await isShown(page, account.uid)
  check('back and forward without loading anew', (await page.evaluate('performance.timeOrigin')) === loads)

  await press(page, 'Leave a note')
  await type(page, '#why-comment', 'kept over a sign-in')
  await page.evaluate(`fetch('/console/session', { method: 'DELETE' })`)
  await press(page, 'Leave the note')
  await page.until(has('Your session is over'), 'a session that has ended is told')
  await press(page, 'Enter this sandbox')
  await page.until(has('kept over a sign-in'), 'and what was typed is sent then')
  check(
    'signing in again goes on',
    (await api('GET', `/accounts/${account.id}/events`)).events[0].comment === 'kept over a sign-in'
  )
  const complaints = page.complaints.filter(it => !/status of 4(01|12)/.test(it))
  check('no complaints', complaints.length === 0, complaints)
  return account
}

// Whether somebody sees a tab, as it is told.
const see = (page, isSeen) =>
  page.evaluate(`{
    const value = '${isSeen ? 'visible' : 'hidden'}'
    Object.defineProperty(document, 'visibilityState', { configurable: true, value })
    document.dispatchEvent(new Event('visibilitychange'))
  }`)

async function checkTabs (browser) {
  const account = await openAccount()
  const note = comment => api('POST', `/accounts/${account.id}/notes`, { comment })
  const one = await browser.open(sizes.desktop)
  await signIn(one)
  await one.until('navigator.locks.query().then(it => it.held.length === 1)', 'one tab asks')
  const other = await browser.open(sizes.desktop)
  for (const page of [one, other]) {
    await page.go(`${base}/console/accounts/${account.id}`)
    await isShown(page, account.uid)
    await see(page, true)
  }
  await other.until('navigator.locks.query().then(it => it.held.length === 1 && it.pending.length === 1)', 'one asks, one waits')
  for (const [hidden, seen] of [[one, other], [other, one]]) {
    await see(seen, true)
    await see(hidden, false)
    for (const comment of ['first', 'second'].map(it => `${it} while ${hidden === one ? 'one' : 'the other'} is hidden`)) {
      await note(comment)
      const begun = Date.now()
      await seen.until(has(comment), comment)
      check(`a hidden tab keeps nobody waiting: ${comment}`, Date.now() - begun < 5000, Date.now() - begun)
    }
  }
  check('a tab that was hidden has missed nothing', await one.evaluate(has('second while one is hidden')))

  await type(one, '#search', 'half a wo')
  await note('while somebody types')
  await one.until(has('while somebody types'), 'a live event while somebody types')
  check('the search box keeps the focus', (await one.evaluate('document.activeElement.id')) === 'search')
  check('... and what was typed', (await one.evaluate(`document.querySelector('#search').value`)) === 'half a wo')
  await one.send('Page.close')
  await other.send('Page.close')
}

// What no hand has asked for keeps no session alive.
async function checkBackground (browser) {
  const account = await openAccount()
  const page = await browser.open(sizes.desktop)
  await signIn(page)
  for (const path of ['/console/', `/console/accounts/${account.id}`, '/console/resellers/2', '/console/sandbox']) {
    await page.go(base + path)
    await page.until(`document.querySelector('main')?.getAttribute('aria-busy') === 'false'`, path)
    await followsFeed(page)
    const before = page.sent.length
    await api('PATCH', '/resellers/2', { name: `Northwind ${page.sent.length}` })
    await api('POST', `/accounts/${account.id}/notes`, { comment: 'something' })
    await api('POST', '/sandbox/resellers/2/clock/advance', { seconds: 1 })
    const sent = () => page.sent.slice(before).filter(it => it.url.includes('/admin/v1/'))
    for (let i = 0; i < 100 && !sent().some(it => it.url.includes('/resellers?')); ++i) await page.evaluate(pauseInPage(100))
    await page.evaluate(pauseInPage(300))
    const byHand = sent().filter(it => !Object.keys(it.headers).some(name => name.toLowerCase() === 'partnerd-background'))
    const urls = byHand.map(it => it.url)
    check(`${path.slice(0, 18)}: news are asked for in the background`, sent().length > 1 && urls.length === 0, urls)
  }
  await api('PATCH', '/resellers/2', { name: 'Northwind Telecom' })
}

// Of ActivePlatform: it has a balance.
async function openAccountWithBalance () {
  const person = { first_name: 'Ada', last_name: 'Lovelace', email: `ada-${process.pid}@example.com` }
  const owner = Object.fromEntries(Object.entries(person).map(([name, value]) => [`new_owner_${name}`, value]))
  const place = { country: 'BY', region: 'Minsk', city: 'Minsk', street: 'Mira', zip: '220000', phone: '+375290000000' }
  const attributes = { ...person, ...owner, ...place, account_type_id: 1, account_class_key: 'postpaytest' }
  const response = await fetch(`${base}/api/v3/resellers/1/accounts`, {
    method: 'POST',
    headers: { 'X-Api-Token': 'sandbox-manager', 'content-type': 'application/vnd.api+json' },
    body: JSON.stringify({ data: { attributes } })
  })
  return (await response.json()).data
}

const focused = page => page.evaluate(`document.activeElement.id + ' ' + document.activeElement.ariaInvalid`)

async function checkBalance (browser) {
  const { id } = await openAccountWithBalance()
  const page = await browser.open(sizes.desktop)
  await signIn(page)
  await page.go(`${base}/console/accounts/${id}`)
  await press(page, 'Adjust the balance')
  await press(page, 'Adjust it')
  await page.until(has('Please give an amount'), 'an amount is needed')
  check('... and told where it is', (await focused(page)) === 'amount true', await focused(page))
  const described = await page.evaluate(`document.activeElement.getAttribute('aria-describedby')`)
  check('... after its hint', described === 'amount-hint dialog-wrong', described)
  await type(page, '#amount', '12.50')
  await type(page, '#why-comment', 'x'.repeat(256))
  await press(page, 'Adjust it')
  await page.until(has('may have at most 255 characters'), 'a reason that the server finds too long is told')
  check('... where it is typed', (await focused(page)) === 'why-comment true', await focused(page))
}

async function checkDialogs (browser) {
  const account = await openAccount()
  const page = await browser.open(sizes.desktop)
  await signIn(page)
  await page.go(`${base}/console/accounts/${account.id}`)
  await isShown(page, account.uid)
  await press(page, 'Leave a note')
  await type(page, '#why-comment', 'ä'.repeat(251))
  await press(page, 'Leave the note')
  await page.until(has('This is too long'), 'a comment of too many bytes is told')
  check('... where it is', (await focused(page)) === 'why-comment true', await focused(page))
  await page.evaluate(`document.querySelector('#why-comment').value = ''`)
  await type(page, '#why-comment', 'ä'.repeat(248) + 'zz\nz')
  await press(page, 'Leave the note')
  await page.until(`!document.querySelector('dialog')`, 'one of 500 bytes is taken, in one line')
  const { comment } = (await api('GET', `/accounts/${account.id}/events`)).events[0]
  check('a comment is one line', comment === 'ä'.repeat(248) + 'zz z', comment)

  await page.go(`${base}/console/resellers/1`)
  await isShown(page, 'Meridian Software')
  await press(page, 'Issue a credential')
  check('what is no operator has no role', await page.evaluate(`!document.querySelector('dialog #role')`))
  await choose(page, '#kind', 'operator_token')
  const roles = await page.evaluate(`[...document.querySelectorAll('dialog #role option')].map(it => it.value).join()`)
  check('an operator has one of the roles', roles === 'reader,support,operator,administrator', roles)
  await choose(page, '#role', 'support')
  await page.until(has('hold, lift and re-date'), 'what the role may is told')
  await type(page, '#label', `desk ${process.pid}`)
  await press(page, 'Issue it')
  await press(page, 'I have kept it')
  const { credentials } = await api('GET', '/resellers/1/credentials?limit=200')
  const issued = credentials.find(it => it.label === `desk ${process.pid}`)
  check('the credential has the role', issued?.role === 'support', issued)
  await page.until(
    `[...document.querySelectorAll('tbody tr')].some(it => /desk ${process.pid}[^]*Operator, Support/.test(it.innerText))`,
    'the list shows it'
  )
}

async function checkFailures (browser) {
  const account = await openAccount()
  const page = await browser.open(sizes.desktop)
  await signIn(page)
  for (const [path, title, what, asked] of [
    [`/console/accounts/${account.id}`, account.uid, 'Show webhook attempts', '/webhook-endpoints'],
    ['/console/accounts', 'Accounts', 'Export as CSV', '/accounts'],
    ['/console/sandbox', 'Sandbox', 'Stop', '/freeze']
  ]) {
    await page.go(base + path)
    await isShown(page, title)
    await page.evaluate(`window.fetch = (real => (url, ...more) => String(url).includes(${JSON.stringify(asked)})
      ? Promise.resolve(new Response('{"detail": "It is quite broken."}', { status: 500 })) : real(url, ...more))(window.fetch)`)
    if (what !== 'Stop') await press(page, what)
    else await page.evaluate(`[...document.querySelectorAll('tbody button')].find(it => /^Stop/.test(it.innerText)).click()`)
    await page.until(has('It is quite broken.'), `${what}: a failure is told`)
    await page.evaluate(`document.querySelector('.banner.bad button').click()`)
    check(`${what}: a failure is told, and put away`, !(await page.evaluate(has('It is quite broken.'))))
  }
  check('a failure is no complaint', page.complaints.length === 0, page.complaints)
}

// Before the scripts of each page that is opened from now on.
const beforeScripts = (page, source) => page.send('Page.addScriptToEvaluateOnNewDocument', { source })

// Lists that go on and on, as the console would be told; resellers only after the first word of what happens.
async function checkCutLists (browser) {
  const page = await browser.open(sizes.desktop)
  await signIn(page)
  await beforeScripts(
    page,
    `{
    const real = window.fetch
    const first = {}
    let id = 1000000
    const isTold = async () => {
      for (let i = 0; i < 100 && !${answered('start=now')}; ++i) await ${pauseInPage(50)}
      await ${pauseInPage(50)}
    }
    window.fetch = async (url, ...more) => {
      const name = /\\/(credentials|resellers)\\?limit=200/.exec(url)?.[1]
      if (!name) return real(url, ...more)
      if (name === 'resellers' && !url.includes('cursor=')) await isTold()
      first[name] ??= await real(url, ...more).then(it => it.json())
      const rows = Array.from({ length: 200 }, () => ({ ...first[name][name][0], id: ++id, name: 'One of many', parent_id: 1 }))
      const all = String(url).includes('cursor=') ? rows : [...first[name][name], ...rows]
      return new Response(JSON.stringify({ [name]: all, next: 'more', previous: null }))
    }
  }`
  )
  for (const [path, title] of [
    ['numbers', 'Numbers'],
    ['webhooks', 'Webhooks'],
    ['accounts', 'Accounts'],
    ['resellers', 'Resellers']
  ]) {
    await page.go(`${base}/console/${path}`)
    await isShown(page, title)
    if (path === 'accounts') await press(page, 'Filter')
    check(`${title}: there are more resellers`, /Only the first 5,[0-9]+ are listed; there are more/.test(await text(page)))
    check(`${title}: ... after the first word of what happens`, await page.evaluate(answered('start=now')))
  }
  await press(page, 'Meridian Software')
  await isShown(page, 'Meridian Software')
  check('credentials: there are more', /Only the first [56][0-9]+ are listed; there are more/.test(await text(page)))
  check('resellers below: there may be more', (await text(page)).includes('There may be more than are listed here.'))
}

// Of a page of a list that is not the first; it is shown before the first word of what happens.
async function checkStaleLists (browser) {
  await openAccount()
  await openAccount()
  const page = await browser.open(sizes.desktop)
  await signIn(page)
  await beforeScripts(
    page,
    `{
    const real = window.fetch
    window.fetch = async (url, ...more) => {
      while (String(url).includes('start=now') && document.querySelector('main')?.ariaBusy !== 'false') await ${pauseInPage(50)}
      return real(url, ...more)
    }
  }`
  )
  const { next } = await api('GET', '/accounts?owner=true&limit=1')
  await page.go(`${base}/console/accounts?cursor=${encodeURIComponent(next)}`)
  await isShown(page, 'Accounts')
  await followsFeed(page)
  await page.evaluate(pauseInPage(300))
  check('a page of a list', await page.evaluate(`document.querySelectorAll('tbody tr').length > 0`), await text(page))
  check('a list of which nothing is known says nothing', !(await page.evaluate(has(words.changedMeanwhile))))
  const tell = missed => `new BroadcastChannel('partnerd-events').postMessage({ events: [], missed: '${missed}' })`
  await page.evaluate(`${tell('perhaps')}; ${pauseInPage(300)}`)
  check('... nor when another tab begins to ask', !(await page.evaluate(has(words.changedMeanwhile))))
  await page.evaluate(tell('some'))
  await page.until(has(words.changedMeanwhile), 'a list says when much has happened')
  await press(page, words.showChanges)
  await page.until(`!${has(words.changedMeanwhile)}`, 'changes are shown')
  await openAccount()
  await page.until(has(words.changedMeanwhile), 'a list says that it has changed')
}

async function checkReasons (browser) {
  const account = await openAccount()
  await api('PATCH', '/resellers/1/settings', { event_reasons: 'churn', reason_required_for: 'hold' })
  const page = await browser.open(sizes.desktop)
  await signIn(page)
  await page.go(`${base}/console/accounts/${account.id}`)
  await isShown(page, account.uid)
  await press(page, 'Hold')
  await press(page, 'Hold it')
  check('a reason is required where the reseller above says so', await page.evaluate(has('Please choose a reason')))
  await choose(page, '#why-reason', 'churn')
  await press(page, 'Hold it')
  await page.until(has('held by hand'), 'held with a reason of the reseller above')
  check('... and it may be one of its words', (await api('GET', `/accounts/${account.id}/events`)).events[0].reason === 'churn')
  await api('PATCH', '/resellers/1/settings', { event_reasons: null, reason_required_for: null })
}

async function checkHostile (browser) {
  const hostile = '<img src=x onerror="document.title=1"><script>document.title=2</script>"\'`&amp;{{1}}'
  const account = await openAccount()
  await api('POST', `/accounts/${account.id}/notes`, { comment: hostile })
  await api('POST', `/accounts/${account.id}/notes`, { comment: 'x'.repeat(500) })
  await api('POST', '/resellers', { name: hostile.slice(0, 190), parent_id: 1 })
  const page = await browser.open(sizes.phone)
  await signIn(page)
  for (const path of [
    `/console/accounts/${account.id}`,
    '/console/resellers',
    '/console/accounts?uid_prefix=' + encodeURIComponent(hostile)
  ]) {
    await page.go(base + path)
    await page.until(`document.querySelector('main')?.getAttribute('aria-busy') === 'false'`, path)
    check(
      `${path.slice(0, 30)}: markup is text`,
      await page.evaluate(`!document.querySelector('main img, main script') && /partnerd console/.test(document.title)`)
    )
    check(`${path.slice(0, 30)}: long texts fit`, (await page.overflow()) <= 0, await page.overflow())
  }
}

// A page of another server on this machine: its requests bring the cookie along.
async function checkForeign (browser) {
  const account = await openAccount()
  const page = await browser.open(sizes.desktop)
  await signIn(page)
  const other = createServer((request, response) => response.setHeader('content-type', 'text/html').end('<h1>Prizes</h1>'))
  await new Promise(resolve => other.listen(0, '127.0.0.1', resolve))
  await page.go(`http://127.0.0.1:${other.address().port}/`)
  const asked = [
    ['POST', `/admin/v1/accounts/${account.id}/hold`, 'no-cors'],
    ['POST', '/admin/v1/sandbox/reset', 'no-cors'],
    ['DELETE', '/console/session', 'cors']
  ]
  const sent = await page.evaluate(`Promise.all(${JSON.stringify(asked)}.map(([method, path, mode]) =>
    fetch('${base}' + path, { method, mode, credentials: 'include' }).then(() => 'sent', () => 'not sent')))`)
  check('another page asks for what a browser lets it', sent.join() === 'sent,sent,not sent', sent)
  other.close()
  await page.go(`${base}/console/`)
  await page.until(`Boolean(document.querySelector('h1'))`, 'a page')
  check('nobody was signed out', (await heading(page)) === 'Home', await heading(page))
  const { holds, version } = await api('GET', `/accounts/${account.id}`)
  check('nothing was held, nothing was reset', holds.length === 0 && version === account.version, { holds, version })
}

async function checkPages (browser, size, account) {
  const page = await browser.open(sizes[size])
  await signIn(page)
  const files = page.requests.filter(url => url.startsWith(base + '/console/files/'))
  check(`${size}: no file is asked for twice`, new Set(files).size === files.length, files)
  const titles = ['Home', 'Accounts', 'Resellers', 'Numbers', 'Imports', 'Workflow runs', 'Webhooks', 'Server', 'Sandbox']
  const menu = await page.evaluate(`[...document.querySelectorAll('#menu a')].map(it => it.textContent).join()`)
  check(`${size}: the menu`, menu === titles.join(), menu)
  const hrefs = await page.evaluate(`[...document.querySelectorAll('#menu a')].map(it => it.getAttribute('href'))`)
  for (const [index, href] of [...hrefs, `/console/accounts/${account.id}`, '/console/resellers/2'].entries()) {
    await page.go(base + href)
    await page.until(`document.querySelector('main')?.getAttribute('aria-busy') === 'false'`, href)
    if (titles[index]) check(`${size}: ${href} is ${titles[index]}`, (await heading(page)) === titles[index], await heading(page))
    check(`${size}: ${href} fits the window`, (await page.overflow()) <= 0, await page.overflow())
    const unnamed = await page.evaluate(`
      [...document.querySelectorAll('main button, main a, main input, main select, header input')].filter(it =>
        it.checkVisibility() && !(it.innerText || '').trim() && !it.labels?.length && !it.getAttribute('aria-label')).length`)
    check(`${size}: ${href} names all that can be pressed or filled in`, unnamed === 0, unnamed)
    const ids = await page.evaluate(
      `(ids => ids.length - new Set(ids).size)([...document.querySelectorAll('[id]')].map(it => it.id))`
    )
    check(`${size}: ${href} has each id once`, ids === 0, ids)
    await picture(page, `${size}-${index}`)
  }
  const foreign = page.requests.filter(url => !url.startsWith(base + '/') && !url.startsWith('data:') && url !== 'about:blank')
  check(`${size}: nobody else is asked`, foreign.length === 0, foreign)
  check(`${size}: no complaints`, page.complaints.length === 0, page.complaints)
}

async function checkFilters (browser) {
  const page = await browser.open(sizes.desktop)
  await signIn(page)
  await page.go(`${base}/console/accounts`)
  await isShown(page, 'Accounts')
  await press(page, 'Filter')
  await choose(page, '#f-status', 'entitled')
  await type(page, '#f-uid_prefix', 'console-')
  await press(page, 'Show')
  await page.until(`location.search === '?status=entitled&uid_prefix=console-'`, 'filters are the address')
  await page.until(
    `document.querySelectorAll('tbody tr').length > 0 &&
      [...document.querySelectorAll('tbody th')].every(it => it.innerText.startsWith('console-'))`,
    'only those'
  )
  await page.send('Page.reload')
  await page.until(`document.querySelectorAll('.chip').length === 2`, 'a reload keeps them')
  await page.evaluate(`document.querySelector('.chip').click()`)
  await page.until(`document.querySelectorAll('.chip').length === 1`, 'a chip takes one away')
  const left = await page.evaluate('location.search')
  check('... that one', left === '?uid_prefix=console-', left)
}

async function checkClock (browser) {
  // Of a reseller that no other check of this folder is about.
  const { now } = await api('GET', '/sandbox/resellers/3/clock')
  const account = await api('POST', '/resellers/3/accounts', {
    uid: `console-clock-${process.pid}`,
    type: 'family',
    domain: 'b5test.com',
    ends_at: new Date(Date.parse(now) + 40 * 86_400_000).toISOString()
  })
  const page = await browser.open(sizes.desktop)
  await signIn(page)
  await page.go(`${base}/console/sandbox`)
  await isShown(page, 'Sandbox')
  await page.evaluate(
    `[...document.querySelectorAll('tbody tr')].find(it => it.innerText.includes('Lakeside Bank'))
      .querySelector('button').click()`
  )
  await choose(page, '#by', '31536000')
  await press(page, 'Advance it')
  await page.until(has('What fell due'), 'what fell due is told')
  await page.until(has(account.uid), 'and of which account')
  await page.go(`${base}/console/accounts/${account.id}`)
  await isShown(page, account.uid)
  check('closed by the clock', /Closed since .*, for good\./.test(await text(page)), await text(page))
}

checkWords()
await checkInBrowser(async browser => {
  await checkSigningIn(browser)
  const account = await checkAccount(browser)
  await checkTabs(browser)
  await checkBackground(browser)
  await checkDialogs(browser)
  await checkBalance(browser)
  await checkFailures(browser)
  await checkCutLists(browser)
  await checkStaleLists(browser)
  await checkReasons(browser)
  await checkHostile(browser)
  await checkForeign(browser)
  await checkFilters(browser)
  for (const size of Object.keys(sizes)) await checkPages(browser, size, account)
  await checkClock(browser)
})
