// What stands around every page, and which page an address means: loading, errors, titles, focus, going back.

import { words } from './words.js'
import { announce, failures, h, render } from './elements.js'
import { connection, session } from './api.js'
import { moment, zone } from './times.js'
import { empty, mark, problem } from './parts.js'
import { searchBox } from './search.js'
import { startLive } from './live.js'
import { keyList, listenToKeys } from './keys.js'
import { directory } from './directory.js'
import { pages } from './pages.js'

let shell = null

function draw () {
  render(
    shell.app,
    h(
      'a',
      {
        class: 'skip',
        href: '#content',
        onclick: event => {
          event.preventDefault()
          document.getElementById('content').focus()
        }
      },
      words.skip
    ),
    drawBar(),
    drawBanners(),
    h('div', { class: 'frame' }, drawMenu(), drawPage())
  )
}

// The box that is there stays where it is: taken out and put in again it would lose the focus.
const searchPlace = () => (shell.search.isConnected ? h('div', { key: 'search' }) : shell.search)

function drawBar () {
  const { label, hint, reseller, ends_at, idle_seconds } = shell.session
  return h(
    'header',
    { class: 'bar' },
    h(
      'button',
      {
        class: 'button menu-button',
        'aria-expanded': String(shell.isMenuOpen),
        'aria-controls': 'menu',
        onclick: () => {
          shell.isMenuOpen = !shell.isMenuOpen
          draw()
        }
      },
      words.menu
    ),
    h(
      'a',
      { class: 'brand', href: '/console/' },
      mark(24),
      words.product
    ),
    searchPlace(),
    h(
      'details',
      {
        class: 'who',
        onfocusout: event => {
          if (!event.currentTarget.contains(event.relatedTarget)) event.currentTarget.open = false
        },
        onkeydown: event => {
          if (event.key === 'Escape') {
            event.currentTarget.open = false
            event.currentTarget.firstChild.focus()
          }
        }
      },
      h('summary', { class: 'button' }, words.session.menu),
      h(
        'div',
        { class: 'card stack who-panel' },
        h(
          'p',
          null,
          words.session.signedInAs,
          ' ',
          h('strong', null, label || words.session.unnamed(hint)),
          ` ${words.session.of} ${reseller.name}.`
        ),
        h('p', { class: 'hint' }, words.session.endsAt, ' ', moment(ends_at), ', ', words.session.idle(idle_seconds / 60)),
        h(
          'div',
          { class: 'field' },
          h('label', { for: 'zone' }, words.zone.label),
          h(
            'select',
            { id: 'zone', value: zone.isUtc ? 'utc' : 'local', onchange: chooseZone },
            h('option', { value: 'local' }, words.zone.local),
            h('option', { value: 'utc' }, words.zone.utc)
          )
        ),
        h('button', { class: 'button', onclick: () => keyList() }, words.keys.open),
        h('button', { class: 'button', onclick: leave }, words.session.signOut)
      )
    )
  )
}

function chooseZone (event) {
  zone.choose(event.target.value === 'utc')
  announce(words.zone.isShown(zone.name))
  draw()
}

async function leave () {
  await session.end()
  location.assign('/console/')
}

function drawBanners () {
  return h(
    'section',
    { class: 'banners', key: 'banners', 'aria-label': words.notices },
    shell.isSandbox && h('p', { class: 'banner', key: 'sandbox' }, words.sandboxBanner),
    shell.isUnreachable && h('p', { class: 'banner bad', role: 'alert', key: 'unreachable' }, words.unreachableBanner),
    shell.failure &&
      h(
        'p',
        { class: 'banner bad', role: 'alert', key: 'failure' },
        h('strong', null, words.wentWrong),
        ' ',
        shell.failure,
        ' ',
        h('button', { class: 'button small', onclick: () => tellFailure(null) }, words.close)
      ),
    shell.isUpdated &&
      h(
        'p',
        { class: 'banner', role: 'alert', key: 'updated' },
        words.updated,
        ' ',
        h('button', { class: 'button small', onclick: () => location.reload() }, words.reload)
      )
  )
}

function tellFailure (error) {
  shell.failure = error && error.message
  draw()
}

function drawMenu () {
  const current = shell.page?.name
  return h(
    'nav',
    { id: 'menu', class: shell.isMenuOpen ? 'menu open' : 'menu', 'aria-label': words.pages, key: 'menu' },
    h(
      'ul',
      null,
      pages
        .filter(page => page.inMenu && (shell.isSandbox || !page.onlySandbox))
        .map(page =>
          h(
            'li',
            { key: page.name },
            h('a', { href: page.inMenu, 'aria-current': page.name === current && 'page' }, words.nav[page.name])
          )
        )
    )
  )
}

function drawPage () {
  const { page, context } = shell
  const main = (...children) =>
    h('main', { id: 'content', tabindex: '-1', key: context.key, 'aria-busy': String(context.isLoading) }, children)
  if (!page) return main(h('h1', { tabindex: '-1' }, words.notFoundTitle), empty(words.notFound))
  if (context.error && !context.data) {
    const isAbsent = context.error.status === 404
    return main(
      h('h1', { tabindex: '-1' }, isAbsent ? words.notFoundTitle : words.nav[page.name]),
      isAbsent ? empty(words.notFound) : problem(context.error, () => context.refresh())
    )
  }
  if (!context.data)
    return main(h('h1', { tabindex: '-1' }, words.nav[page.name]), h('p', { class: 'quiet loading' }, words.loading))
  return main(
    context.error && problem(context.error, () => context.refresh()),
    context.isStale &&
      h(
        'div',
        { class: 'notice row', role: 'status' },
        h('p', null, words.changedMeanwhile),
        h('button', { class: 'button small', onclick: () => context.refresh() }, words.showChanges)
      ),
    page.draw(context.data, context)
  )
}

function find (path) {
  for (const page of pages) {
    const match = page.path.exec(path)
    if (match && (shell.isSandbox || !page.onlySandbox)) return { page, params: match.slice(1).map(decodeURIComponent) }
  }
  return { page: null, params: [] }
}

async function load (context, page, isBackground) {
  context.controller?.abort()
  context.controller = new AbortController()
  context.signal = context.controller.signal
  context.isBackground = isBackground
  context.isLoading = !isBackground
  if (!isBackground) draw()
  const { signal } = context
  try {
    const data = await page.load(context)
    if (signal.aborted || shell.context !== context) return
    context.data = data
    context.error = null
    context.isStale = false
  } catch (error) {
    if (error.name === 'AbortError' || signal.aborted || shell.context !== context) return
    if (isBackground) return // what is there stays; the banner says the rest
    context.error = error
  }
  context.isLoading = false
  draw()
  document.title = words.titled(context.data ? page.title(context.data) : words.nav[page.name])
}

// A page at another address; with the same page before, what was there stays until the new is there.
async function show (url, how) {
  const path = url.pathname.replace(/\/$/, '') || '/console'
  const { page, params } = find(path)
  const before = shell.context
  before?.controller?.abort()
  const isSamePlace = before && shell.page === page && before.path === path
  shell.page = page
  shell.isMenuOpen = false
  shell.failure = null
  const context = (shell.context = {
    path,
    params,
    query: url.searchParams,
    isSandbox: shell.isSandbox,
    session: shell.session,
    version: shell.version,
    data: isSamePlace ? before.data : null,
    error: null,
    isLoading: Boolean(page),
    isStale: false,
    key: path,
    go,
    update: draw,
    refresh: isBackground => load(context, page, isBackground)
  })
  document.title = words.titled(page ? words.nav[page.name] : words.notFoundTitle)
  if (page) await load(context, page, false)
  else draw()
  if (shell.context !== context) return
  if (how.isFirst) return window.scrollTo(0, how.scroll ?? 0)
  window.scrollTo(0, how.scroll ?? 0)
  if (!isSamePlace) document.querySelector('h1')?.focus({ preventScroll: true })
  announce(document.title)
}

const keepScroll = () => history.replaceState({ ...history.state, scroll: window.scrollY }, '')

// Elsewhere, or with another query; `isReplaced`: going back skips what was there.
export function go (href, { isReplaced = false } = {}) {
  const url = new URL(href, location.origin)
  keepScroll()
  history[isReplaced ? 'replaceState' : 'pushState']({}, '', url)
  return show(url, {})
}

function follow (event) {
  const anchor = event.target.closest?.('a[href]')
  if (!anchor || event.defaultPrevented || event.button !== 0 || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    return
  const url = new URL(anchor.href)
  if (url.origin !== location.origin || !/^\/console(\/|$)/.test(url.pathname) || anchor.download || anchor.target) return
  event.preventDefault()
  go(url.href)
}

// missed: null; 'some': there were others, nobody knows which; 'perhaps': nobody knows whether there were.
function takeEvents (events, missed) {
  const { page, context } = shell
  if (missed || events.some(event => event.kind.startsWith('reseller.'))) directory.forget()
  if (!page?.concerns || !context.data) return
  const isConcerned = events.some(event => page.concerns(event, context.data))
  if (!isConcerned && !missed) return
  if (page.isList && context.query.get('cursor')) {
    if (!isConcerned && missed === 'perhaps') return
    context.isStale = true
    return draw()
  }
  context.refresh(true)
}

function watchConnection () {
  connection.onReachable = isReachable => {
    if (shell.isUnreachable === !isReachable) return
    shell.isUnreachable = !isReachable
    if (isReachable) {
      announce(words.reachableAgain)
      compareVersion()
    } else wait(1)
    draw()
  }
  connection.onRetry = () => announce(words.retrying)
}

// Asks more and more seldom whether the server is there again.
function wait (attempt) {
  setTimeout(
    async () => {
      if (!shell.isUnreachable) return
      await session.show().catch(() => wait(attempt + 1))
      if (!shell.isUnreachable) shell.context.refresh(true)
    },
    Math.min(15000, 500 * 2 ** attempt)
  )
}

async function compareVersion () {
  const shown = await session.show().catch(() => null)
  shell.isUpdated = Boolean(shown && shown.version !== shell.version)
  draw()
}

export function startShell (app, signedIn) {
  shell = {
    app,
    session: signedIn.session,
    version: signedIn.version,
    isSandbox: Boolean(signedIn.sandbox_token),
    isMenuOpen: false,
    page: null,
    context: null,
    isUnreachable: false,
    isUpdated: false,
    failure: null,
    search: searchBox(go)
  }
  history.scrollRestoration = 'manual'
  addEventListener('popstate', event => show(new URL(location.href), { scroll: event.state?.scroll }))
  addEventListener('pagehide', keepScroll)
  document.addEventListener('click', follow)
  listenToKeys(go, () => document.getElementById('search').focus())
  failures.tell = tellFailure
  watchConnection()
  startLive(takeEvents)
  return show(new URL(location.href), { isFirst: true, scroll: history.state?.scroll })
}
