// node tests/browser/redeem.mjs BASE_URL [FOLDER]: does redemption work for a customer with a browser? The link is opened
// on desktop and phone, without scripts; a new address and a known one are taken; whatever is wrong with a link looks the
// same; a form from elsewhere is refused; nobody else is asked for anything. Against a sandbox. Pictures go to FOLDER.
// Ends with "N passed, N failed".

import { sizes } from './chromium.mjs'
import { asksOf, check, checkInBrowser } from './checks.mjs'

const [base, folder] = process.argv.slice(2)
const port = new URL(base).port
const api = asksOf(base)

let opened = 0
async function openAccount () {
  const uid = `browser-${process.pid}-${++opened}`
  return api('POST', '/resellers/2/accounts', { uid, type: 'family', domain: 'b5test.com' })
}
const show = account => api('GET', `/accounts/${account.id}`)
const link = (account, type = 'F', origin = base) => `${origin}/partnership/redeem?t=${type}&c=${account.activation_token}`

const text = page => page.evaluate('document.querySelector("main").innerText')
const heading = page => page.evaluate('document.querySelector("h1").textContent')
const picture = (page, name) => folder ? page.screenshot(`${folder}/redeem-${name}.png`, true) : undefined

// Fills in what a person would, past the browser's own check of addresses, and waits for the page that comes.
async function send (page, email, has_account) {
  await page.evaluate(`{
    const form = document.querySelector('form')
    form.noValidate = true
    form.querySelector('[value=${has_account ? 'existing' : 'new'}]').click()
    form.querySelector('#email').value = ${JSON.stringify(email)}
    document.body.dataset.isOld = 'yes'
    form.querySelector('button').click()
  }`)
  await page.until('!document.body.dataset.isOld && document.readyState === "complete"', 'the next page')
}

async function openPage (browser, size, url) {
  const page = await browser.open(sizes[size])
  await page.send('Emulation.setScriptExecutionDisabled', { value: true })
  await page.go(url)
  return page
}

const switches = [`--host-resolver-rules=MAP start.b5test.com:80 127.0.0.1:${port},MAP start.b5test.eu:80 127.0.0.1:${port}`]
await checkInBrowser(async browser => {
  for (const size of Object.keys(sizes)) {
    const account = await openAccount()
    const page = await openPage(browser, size, link(account))
    check(`${size}: the page says what is waiting`, await heading(page) === 'Your Family plan is waiting', await heading(page))
    for (const word of ['Northwind Telecom', 'Family', 'b5test.com']) check(`${size}: it names ${word}`, (await text(page)).includes(word))
    check(`${size}: it fits the window`, await page.overflow() <= 0, await page.overflow())
    check(`${size}: its field has a label`, await page.evaluate('document.querySelector("#email").labels.length') === 1)
    check(`${size}: what can be pressed is large enough`, await page.evaluate('document.querySelector("button").offsetHeight') >= 44)
    await picture(page, `${size}-form`)

    await send(page, 'ada.example.com', false)
    check(`${size}: a wrong address is told, and kept`, (await text(page)).includes('does not look like an e-mail address') &&
      await page.evaluate('document.querySelector("#email").value') === 'ada.example.com', await text(page))
    await picture(page, `${size}-wrong`)
    check(`${size}: nothing has happened yet`, (await show(account)).status === 'entitled')

    await send(page, 'ada@example.com', false)
    check(`${size}: done`, await heading(page) === 'You are all set', await heading(page))
    check(`${size}: it fits the window in the end`, await page.overflow() <= 0)
    await picture(page, `${size}-done`)
    const after = await show(account)
    check(`${size}: provisioned, and updated`, after.status === 'provisioned' && after.updated_at > account.updated_at, after)
    check(`${size}: owned`, after.owner?.email === 'ada@example.com', after.owner)

    await page.go(link(account))
    check(`${size}: once only`, await heading(page) === 'This link cannot be used', await heading(page))
    await picture(page, `${size}-refused`)
    check(`${size}: nobody else was asked`, page.requests.every(url => url.startsWith(base)), page.requests)
    const complaints = page.complaints.filter(it => !it.includes('status of 4'))  // the pages that refuse
    check(`${size}: no complaints`, complaints.length === 0, complaints)
  }

  const first = await openAccount()
  const page = await openPage(browser, 'desktop', link(first, 'family'))
  await send(page, 'Ada@Example.com', true)
  check('an existing account is linked', await heading(page) === 'You are all set', await heading(page))
  const owner = (await show(first)).owner
  check('the same person is the same user', owner?.email === 'ada@example.com', owner)
  const events = (await api('GET', `/accounts/${first.id}/events`)).events
  check('the event tells the change', events[0].kind === 'account.redeemed' &&
    events[0].changes.some(it => it.field === 'status' && it.before === 'entitled' && it.after === 'provisioned'), events[0])

  await api('POST', `/accounts/${first.id}/members`, { deployed_members: 1 })
  check('the first member activates the account', (await show(first)).status === 'activated')

  const held = await openAccount()
  await api('POST', `/accounts/${held.id}/hold`)
  const other = await openAccount()
  const useless = {
    'a token that never was': `${base}/partnership/redeem?t=F&c=PNS-${'A'.repeat(26)}`,
    'a used token': link(first),
    'a wrong type': link(other, 'I'),
    'an account that is held': link(held),
    'a token of another domain': link(other, 'F', 'http://start.b5test.eu')
  }
  const answers = new Set()
  for (const url of Object.values(useless)) {
    await page.go(url)
    answers.add(await page.evaluate('document.documentElement.outerHTML'))
  }
  check(`alike: ${Object.keys(useless).join(', ')}`, answers.size === 1, [...answers].length)

  await page.go(link(other, 'F', 'http://start.b5test.com'))
  check('by the name start.{domain}', await heading(page) === 'Your Family plan is waiting', await heading(page))
  await send(page, 'grace@example.com', false)
  check('by the name, to the end', await heading(page) === 'You are all set', await heading(page))

  const foreign = await openAccount()
  await page.send('Emulation.setScriptExecutionDisabled', { value: false })
  await page.go(`data:text/html,<form method=post action="${base}/partnership/redeem"><input name=t value=F>` +
    `<input name=c value=${foreign.activation_token}><input name=email value=eve@example.com><h1>Prizes</h1></form>`)
  await page.evaluate('document.body.dataset.isOld = "yes"; document.forms[0].submit()')
  await page.until('!document.body.dataset.isOld && document.readyState === "complete"', 'the answer to a foreign form')
  check('a form from elsewhere is refused', await heading(page) === 'Please open the link again', await heading(page))
  check('and does nothing', (await show(foreign)).status === 'entitled')
}, switches)
