// node tests/browser/numbers.mjs BASE_URL [FOLDER]: does the console's page of numbers add up? Of a reseller, of it and all
// below it, by day and by month; and is what it exports what it shows? Against a sandbox. Pictures go to FOLDER. Ends with
// "N passed, N failed".

import { sizes } from './chromium.mjs'
import { asksOf, check, checkInBrowser, press } from './checks.mjs'

const [base, folder] = process.argv.slice(2)
const api = asksOf(base)
const open = (reseller, uid) => api('POST', `/resellers/${reseller}/accounts`, { uid, type: 'family', domain: 'b5test.com' })

// Reseller 5 is below 2. One of three that are opened there is redeemed, after two days.
async function prepare () {
  await open(2, 'numbers-a')
  await open(5, 'numbers-b')
  const account = await open(5, 'numbers-c')
  await api('POST', '/sandbox/resellers/5/clock/advance', { seconds: 2 * 86_400 })
  await api('POST', '/redemptions', { token: account.activation_token, email: 'ada@example.com' })
  for (const end = Date.now() + 60_000; Date.now() < end; await new Promise(resolve => setTimeout(resolve, 200)))
    if ((await api('GET', '/resellers/2/counts?tree=true')).total.redeemed === 1) return
  throw new Error('what happened is not counted')
}

const tiles = page =>
  page.evaluate(
    `Object.fromEntries([...document.querySelectorAll('.tiles li')].map(it => [...it.children].map(child => child.textContent)))`
  )
const rows = page =>
  page.evaluate(
    `[...document.querySelectorAll('tbody tr')].map(row => [...row.querySelectorAll('.value')].map(it => it.textContent))`
  )
const show = async (page, address) => {
  await page.until(
    `location.search === ${JSON.stringify(address)} && document.querySelector('main').getAttribute('aria-busy') === 'false'`,
    address
  )
}
const change = (page, selector, action) =>
  page.evaluate(`{
  const it = document.querySelector(${JSON.stringify(selector)})
  ${action}
}`)

await checkInBrowser(async browser => {
  await prepare()
  const page = await browser.open(sizes.desktop)
  await page.go(`${base}/console/numbers?reseller=2`)
  await page.until(`document.querySelector('h1')?.textContent === 'Sign in'`, 'the way in')
  await press(page, 'Enter this sandbox')
  await page.until(`document.querySelector('h1')?.textContent === 'Numbers'`, 'the numbers')
  await show(page, '?reseller=2')
  await page.until(`document.querySelectorAll('tbody tr').length > 0`, 'a table')
  let shown = await tiles(page)
  check('of the reseller alone: opened', shown.Opened === '1', shown)
  check('none of them redeemed, so no median', shown['Redeemed of opened'] === '0 %' && shown['Median days to redeem'] === '—', shown)
  check('thirty days', (await rows(page)).length === 30)

  await change(page, '#n-tree', 'it.click()')
  await show(page, '?reseller=2&tree=true')
  await page.until(`document.querySelector('.tiles strong').textContent === '3'`, 'with all below')
  shown = await tiles(page)
  check('one of three was redeemed', shown.Redeemed === '1' && shown['Redeemed of opened'] === '33 %', shown)
  check('after two days', shown['Median days to redeem'] === '2', shown)

  await change(page, '#n-by', `it.value = 'month'; it.dispatchEvent(new Event('change', { bubbles: true }))`)
  await show(page, '?reseller=2&tree=true&by=month')
  await page.until(`document.querySelectorAll('tbody tr').length === 12`, 'twelve months')
  check('the sums are the same by month', (await tiles(page)).Redeemed === '1')
  check(
    'each chart has a name and bars',
    await page.evaluate(
      `document.querySelectorAll('svg[role=img][aria-label]').length === 2 &&
        document.querySelectorAll('svg.chart rect').length === 12 * 5`
    )
  )
  if (folder) await page.screenshot(`${folder}/numbers.png`, true)

  await page.evaluate(`{
    const make = URL.createObjectURL.bind(URL)
    URL.createObjectURL = blob => { window.exported = blob; return make(blob) }
  }`)
  await press(page, 'Export as CSV')
  const exported = await page.evaluate('window.exported.text()')
  const lines = exported.replace(/^\ufeff/, '').trimEnd().split('\r\n').map(line => line.split(','))
  const seen = (await rows(page)).map(row => row.map(cell => (cell === '—' ? '' : cell.replaceAll(',', ''))))
  check('as many columns as the table', lines[0].length === (await page.evaluate(`document.querySelectorAll('thead th').length`)), lines[0])
  check('what is exported is what is seen', JSON.stringify(lines.slice(1)) === JSON.stringify(seen), { lines, seen })

  await change(page, '#n-reseller', `it.value = ''; it.dispatchEvent(new Event('change', { bubbles: true }))`)
  await show(page, '?by=month')
  await page.until(`!document.querySelector('#n-tree')`, 'all within reach are a tree already')
  await page.evaluate('history.back()')
  await show(page, '?reseller=2&tree=true&by=month')
  await page.until(`document.querySelector('#n-tree')?.checked`, 'back')
  check('back has what was chosen', true)
  const complaints = page.complaints.filter(it => !/status of 401/.test(it))
  check('no complaints', complaints.length === 0, complaints)
})
