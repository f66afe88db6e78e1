// What all checks of pages share: they are counted and told, a sandbox's operator API is asked for what they need, what says so
// is pressed, and at the end stands how many passed.

import { Chromium } from './chromium.mjs'

let passed = 0
let failed = 0

// What was found instead is told where it does not hold.
export function check (what, holds, found = '', isToldIfItHolds = true) {
  holds ? ++passed : ++failed
  if (holds && isToldIfItHolds) console.log(`  ok   ${what}`)
  if (holds) return
  const instead = typeof found === 'string' ? found : JSON.stringify(found, null, 1)
  console.log(`  FAIL ${what}${instead === '' ? '' : `: ${instead}`}`)
}

// The same where there are hundreds of them.
export const checkQuietly = (what, holds, found) => check(what, holds, found, false)

// Asks the sandbox at this address, as its operator; a refusal is an error.
export const asksOf = base => async (method, path, body) => {
  const headers = { authorization: 'Bearer sandbox-operator', 'content-type': 'application/json' }
  const response = await fetch(`${base}/admin/v1${path}`, { method, headers, body: body && JSON.stringify(body) })
  if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
  return response.status === 204 ? null : response.json()
}

// The last one that can be seen and says so, as an expression: what lies above a page comes last.
export const button = what =>
  `[...document.querySelectorAll('button, summary, a')]
    .filter(it => it.checkVisibility() && it.innerText.trim() === ${JSON.stringify(what)}).at(-1)`
export async function press (page, what) {
  await page.until(`Boolean(${button(what)})`, `there is ${what}`)
  await page.evaluate(`${button(what)}.focus(); ${button(what)}.click()`)
}

// Runs them in a browser, which may be started with switches of its own, and ends the process.
export async function checkInBrowser (run, switches = []) {
  const browser = new Chromium(switches)
  try {
    await run(browser)
  } catch (error) {
    check('came to an end', false, error.stack)
  } finally {
    await browser.close()
  }
  console.log(`${passed} passed, ${failed} failed`)
  process.exit(failed === 0 ? 0 : 1)
}
