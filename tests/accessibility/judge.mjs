// node tests/accessibility/judge.mjs BASE_URL AXE [FOLDER [WAY]]: opens each screen in each way of viewing and has axe-core judge it
// by WCAG 2.0 to 2.2, A and AA. Besides: nothing scrolls sideways, nothing complains, nobody else is asked, and who wants less
// motion gets none. Against a sandbox. Pictures go to FOLDER. Ends with "N passed, N failed".

import { readFileSync } from 'node:fs'
import { sizes } from '../browser/chromium.mjs'
import { asksOf, button, check, checkInBrowser, press } from '../browser/checks.mjs'

const [base, axeFile, folder, onlyWay] = process.argv.slice(2)
const axe = readFileSync(axeFile, 'utf8')
const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22a', 'wcag22aa']
const ways = {
  desktop: { size: sizes.desktop },
  phone: { size: sizes.phone },
  dark: { size: sizes.desktop, media: { 'prefers-color-scheme': 'dark' } },
  'forced colours': { size: sizes.desktop, media: { 'forced-colors': 'active', 'prefers-color-scheme': 'dark' } },
  'reduced motion': { size: sizes.desktop, media: { 'prefers-reduced-motion': 'reduce' } },
  // A window of 1280 by 1024 of which each pixel is shown as four by four.
  '400 %': { size: { width: 320, height: 256, deviceScaleFactor: 4, mobile: false } }
}

const api = asksOf(base)

let opened = 0
const openAccount = (more = {}) =>
  api('POST', '/resellers/2/accounts', { uid: `judged-${++opened}`, type: 'family', domain: 'b5test.com', ...more })

// One of everything that a screen can show.
async function prepare () {
  const account = await openAccount({ ends_at: '2050-12-20T00:00:00Z' })
  await api('POST', '/redemptions', { token: account.activation_token, email: 'ada@example.com' })
  await api('POST', `/accounts/${account.id}/hold`)
  await api('POST', `/accounts/${account.id}/notes`, { comment: 'ticket 17' })
  await openAccount()
  const { id: imported } = await api('POST', '/imports', { fingerprint: 'f'.repeat(32), name: 'customers.csv' })
  const rows = [{ reseller_id: 2, uid: 'imported', type: 'family', domain: 'nowhere.example' }, { unreadable: 'Line 3: too short.' }]
  await api('POST', `/imports/${imported}/rows`, { position: 0, rows })
  // Where nobody listens.
  const endpoint = await api('POST', '/resellers/2/webhook-endpoints', { url: 'http://127.0.0.1:9/hook' })
  await openAccount()
  const document = {
    arazzo: '1.0.1',
    info: { title: 'Open an account', version: '1' },
    sourceDescriptions: [{ name: 'partnership', url: '../openapi/partnership-openapi.json', type: 'openapi' }],
    workflows: [
      {
        workflowId: 'open',
        parameters: [{ name: 'Partnership-Revision', in: 'header', value: 'openapi' }],
        steps: [
          {
            stepId: 'open',
            operationId: 'createPartnerAccount',
            requestBody: {
              contentType: 'application/json',
              payload: { account_uid: 'judged-by-a-run', account_type: 'I', domain: 'b5test.com' }
            },
            successCriteria: [{ condition: '$statusCode == 201' }]
          }
        ]
      }
    ]
  }
  await api('PUT', '/workflows/open', { document })
  const run = await api('POST', '/workflow-runs', { workflow: 'open', reseller_id: 2 })
  return { account, imported, endpoint, run }
}

const isLoaded = `Boolean(document.querySelector('h1')) && document.querySelector('main')?.getAttribute('aria-busy') !== 'true'`

async function judge (page, where) {
  // What is still moving has not the colours that it will have.
  await page.evaluate(`Promise.all(document.getAnimations().filter(it => Number.isFinite(it.effect.getComputedTiming().endTime))
    .map(it => it.finished.catch(() => {})))`)
  if (!(await page.evaluate('Boolean(window.axe)'))) await page.evaluate(axe + '; 0')
  const found = await page.evaluate(`axe.run(document, {
    runOnly: { type: 'tag', values: ${JSON.stringify(tags)} }, rules: { 'target-size': { enabled: true } }, preload: false,
    resultTypes: ['violations'] }).then(({ violations, passes }) => ({
      rules: passes.length,
      violations: violations.map(it => ({ rule: it.id, help: it.help,
        nodes: it.nodes.slice(0, 5).map(node => node.html.slice(0, 160) + ' | ' + node.failureSummary.slice(0, 240)) })) }))`)
  check(where, found.violations.length === 0, found.violations)
  if (found.rules < 5) check(`${where}: it was looked at`, false, found)
  const overflow = await page.overflow()
  if (overflow > 0) check(`${where}: nothing scrolls sideways`, false, overflow)
  if (folder) await page.screenshot(`${folder}/${where.replaceAll(/[^a-z0-9]+/gi, '-')}.png`, true)
}

const screensOf = ({ account, imported, endpoint, run }) => [
  ['home', '/console/'],
  ['accounts', '/console/accounts?status=suspended', page => press(page, 'Filter')],
  ['accounts, none', '/console/accounts?uid_prefix=nobody'],
  ['account', `/console/accounts/${account.id}`],
  ['dialog of an action', `/console/accounts/${account.id}`, page => press(page, 'Lift the hold')],
  ['not found', '/console/accounts/1'],
  ['resellers', '/console/resellers'],
  ['reseller', '/console/resellers/2'],
  [
    'new secret',
    '/console/resellers/2',
    async page => {
      await press(page, 'Issue a credential')
      await press(page, 'Issue it')
      await page.until(`Boolean(document.querySelector('dialog[open] #secret-title'))`, 'a secret')
    }
  ],
  ['numbers', '/console/numbers'],
  ['numbers of a tree', '/console/numbers?reseller=2&tree=true&by=month'],
  ['imports', '/console/imports'],
  ['import', `/console/imports/${imported}`],
  ['runs', '/console/runs'],
  ['run', `/console/runs/${run.id}`],
  ['webhooks', '/console/webhooks'],
  ['webhook', `/console/webhooks/2/${endpoint.id}`],
  ['server', '/console/server'],
  ['sandbox', '/console/sandbox'],
  ['session menu', '/console/', page => press(page, 'Session')],
  [
    'keys',
    '/console/',
    async page => {
      await press(page, 'Session')
      await press(page, 'Keys')
      await page.until(`Boolean(document.querySelector('dialog[open]'))`, 'a list of keys')
    }
  ],
  [
    'search',
    '/console/',
    async page => {
      await page.evaluate(`document.querySelector('#search').focus()`)
      await page.send('Input.insertText', { text: 'judged' })
      await page.until(`document.querySelectorAll('#found [role=option]').length > 1`, 'something is found')
    }
  ]
]

// Over an open page, and over what somebody is about to do there.
async function judgeSigningInAgain (page, way, account) {
  await page.go(`${base}/console/accounts/${account.id}`)
  await page.until(isLoaded, 'an account')
  await press(page, 'Leave a note')
  await page.evaluate(`document.querySelector('#why-comment').focus()`)
  await page.send('Input.insertText', { text: 'ticket 18' })
  await page.evaluate(`fetch('/console/session', { method: 'DELETE' })`)
  await press(page, 'Leave the note')
  await page.until(`Boolean(document.querySelector('dialog[open] #again-title'))`, 'the way in again')
  await judge(page, `${way}: sign in again`)
  await press(page, 'Sign in')
  await page.until(`document.querySelector('#token').getAttribute('aria-invalid') === 'true'`, 'it has to be filled in')
  await judge(page, `${way}: sign in again, refused`)
}

async function judgeConsole (page, way, screens) {
  await page.go(`${base}/console/`)
  await page.until(isLoaded, 'a page')
  await page.evaluate(`fetch('/console/session', { method: 'DELETE' })`)
  await page.go(`${base}/console/`)
  await page.until(`document.querySelector('h1')?.textContent === 'Sign in'`, 'the way in')
  await judge(page, `${way}: sign in`)
  await press(page, 'Sign in')
  await page.until(`document.querySelector('#token').getAttribute('aria-invalid') === 'true'`, 'it has to be filled in')
  await judge(page, `${way}: sign in, refused`)
  await press(page, 'Enter this sandbox')
  await page.until(`document.querySelector('h1')?.textContent === 'Home'`, 'signed in')
  for (const [name, path, act] of screens) {
    await page.go(base + path)
    await page.until(isLoaded, path)
    await act?.(page)
    await judge(page, `${way}: ${name}`)
  }
  if (await page.evaluate(`Boolean(${button('Menu')})`)) {
    await page.go(`${base}/console/accounts`)
    await page.until(isLoaded, 'accounts')
    await press(page, 'Menu')
    await judge(page, `${way}: menu`)
  }
}

async function judgeRedemption (page, way) {
  const account = await openAccount()
  const link = `${base}/partnership/redeem?t=F&c=${account.activation_token}`
  const send = async email => {
    await page.evaluate(`{
      const form = document.querySelector('form')
      form.noValidate = true
      form.querySelector('[value=new]').click()
      form.querySelector('#email').value = ${JSON.stringify(email)}
      document.body.dataset.isOld = 'yes'
      form.querySelector('button').click()
    }`)
    await page.until('!document.body.dataset.isOld && document.readyState === "complete"', 'the next page')
  }
  await page.go(link)
  await judge(page, `${way}: redemption`)
  await send('ada.example.com')
  await judge(page, `${way}: redemption, a wrong address`)
  await send(`ada-${account.uid}@example.com`)
  await judge(page, `${way}: redemption, done`)
  await page.go(link)
  await judge(page, `${way}: redemption, refused`)
}

await checkInBrowser(async browser => {
  const prepared = await prepare()
  const screens = screensOf(prepared)
  for (const [way, { size, media }] of Object.entries(ways)) {
    if (onlyWay && way !== onlyWay) continue
    const page = await browser.open(size)
    const features = Object.entries(media ?? {}).map(([name, value]) => ({ name, value }))
    await page.send('Emulation.setEmulatedMedia', { features })
    for (const { name, value } of features)
      check(`${way}: ${name} is on`, await page.evaluate(`matchMedia('(${name}: ${value})').matches`))
    await judgeConsole(page, way, screens)
    await judgeSigningInAgain(page, way, prepared.account)
    await judgeRedemption(page, way)
    if (media?.['prefers-reduced-motion'])
      check(
        `${way}: nothing moves`,
        await page.evaluate(`!document.getAnimations().some(it => it.effect.getComputedTiming().duration > 1)`)
      )
    const foreign = page.requests.filter(url => !url.startsWith(base + '/') && !url.startsWith('data:') && url !== 'about:blank')
    check(`${way}: nobody else is asked`, foreign.length === 0, foreign)
    const complaints = page.complaints.filter(it => !/status of 4(0[134]|10|22)/.test(it)) // the screens that refuse
    check(`${way}: no complaints`, complaints.length === 0, complaints)
  }
})
