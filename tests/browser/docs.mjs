// node tests/browser/docs.mjs BASE_URL [FOLDER]: does /docs work in a browser? Each document is rendered, a request of each
// API is tried against the sandbox, nobody else is asked for anything, nothing is complained about, and the pages fit
// desktop and phone. Pictures go to FOLDER. Ends with "N passed, N failed".

import { sizes } from './chromium.mjs'
import { checkInBrowser, checkQuietly as check } from './checks.mjs'
import { tryOperation } from './operations.mjs'

const [base, folder] = process.argv.slice(2)
async function checkSize (browser, name, documents) {
  const page = await browser.open(sizes[name])
  for (const document of documents) {
    await page.go('about:blank')
    await page.go(`${base}/docs#${document.name}`)
    const wanted = document.operations.length
    await page.until(`document.body.dataset.shown === '${document.name}'`, `${document.name} is shown`)
    await page.until(`document.querySelectorAll('.opblock').length === ${wanted}`, `${document.name} shows ${wanted} operations`)
    check(`${name}: ${document.name} is chosen`, await page.evaluate('document.getElementById("choice").value') === document.name)
    check(`${name}: ${document.name} fits the window`, await page.overflow() <= 0, `${await page.overflow()} pixels too wide`)
    if (folder) await page.screenshot(`${folder}/docs-${document.name}-${name}.png`)
    for (const [id, ...statuses] of document.tries) {
      const { status: answered } = await tryOperation(page, id)
      check(`${name}: ${document.name} ${id} is answered ${statuses.join(' or ')}`, statuses.includes(answered), `${answered}`)
    }
    check(`${name}: ${document.name} fits the window, opened`, await page.overflow() <= 0, `${await page.overflow()} pixels too wide`)
    if (folder) {
      await page.evaluate(`document.querySelector('.live-responses-table')?.scrollIntoView({ block: 'center' })`)
      await page.screenshot(`${folder}/docs-${document.name}-${name}-tried.png`)
    }
  }
  const foreign = page.requests.filter(url => !url.startsWith(base + '/') && !url.startsWith('data:') && url !== 'about:blank')
  check(`${name}: nobody else is asked`, foreign.length === 0, foreign.join(' '))
  const complaints = page.complaints.filter(text => !/status of (404|409|410)/.test(text))
  check(`${name}: nothing is complained about`, complaints.length === 0, '\n    ' + complaints.join('\n    '))
}

// What to try: what needs nothing but what stands there already, and then how it may be answered. Whatever is opened on one
// screen is there on the other.
const tries = {
  'partnership-openapi': [['createPartnerAccount', 201, 409], ['getPartnerAccount', 200], ['updatePartnerAccount', 200]],
  'partnership-reference': [['get_account_by_uid', 200]],
  activeplatform: [['listAccountTypes', 200]],
  partner: [['getSelf', 200], ['listEvents', 200]],
  admin: [['listAccounts', 200], ['listResellers', 200]],
  sandbox: [['getClock', 200]]
}

await checkInBrowser(async browser => {
  const index = await (await fetch(`${base}/openapi`)).json()
  const documents = []
  for (const { name, url } of index.documents) {
    const { paths, webhooks = {} } = await (await fetch(base + url)).json()
    const operations = [...Object.values(paths), ...Object.values(webhooks)].flatMap(item => Object.keys(item).filter(key => ['get', 'put', 'post', 'patch', 'delete'].includes(key)))
    documents.push({ name, operations, tries: tries[name] ?? [] })
  }
  for (const name of Object.keys(sizes)) await checkSize(browser, name, documents)
})
