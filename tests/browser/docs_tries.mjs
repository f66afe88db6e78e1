// node tests/browser/docs_tries.mjs BASE_URL [all]: somebody opens /docs of a fresh sandbox and tries one operation after the
// other without typing anything. Each succeeds, for the page fills in what answers have said, and nothing optional is sent
// that nobody has typed. What is tried is the table below, or everything, in the order of tests/openapi/order.mjs, which
// takes minutes. Ends with "N passed, N failed".

import { sizes } from './chromium.mjs'
import { checkInBrowser, checkQuietly as check } from './checks.mjs'
import { tryOpened, tryOperation } from './operations.mjs'
import { operationsInOrder } from '../openapi/order.mjs'

const [base, extent] = process.argv.slice(2)

// What is made, then what needs it, in each of the APIs and from one to the other.
const tries = {
  'partnership-reference': ['begin_provisioning_process', 'update_account_ends_at_by_uid'],
  activeplatform: ['createAccount', 'listAccounts', 'getAccount', 'updateAccount'],
  signalmind: ['getApiToken', 'createAccount', 'getAccount', 'moveBasicAccount', 'deleteBasicAccount'],
  admin: ['openAccount', 'lookUpRedemption', 'redeem', 'reportMembers', 'holdAccount', 'getBalance', 'adjustBalance', 'listEvents',
    'listCredentials'],
  sandbox: ['setFault', 'getFault'],
  workflows: ['putWorkflow', 'startWorkflowRun', 'getWorkflowRun', 'cancelWorkflowRun']
}
// Of everything: the operator API is asked about the balance of the account that this one would remove.
const leftOut = ['activeplatform deleteAccount']

function chosenOf (name, document) {
  const operations = operationsInOrder(document)
  if (extent === 'all') return operations.filter(({ node }) => !leftOut.includes(`${name} ${node.operationId}`))
  return (tries[name] ?? []).map(id => operations.find(({ node }) => node.operationId === id))
}

async function tryDocument (page, name, document) {
  for (const { method, path, node, parameters } of chosenOf(name, document)) {
    const what = `${name} ${node.operationId}`
    const { status, request } = await tryOperation(page, node.operationId)
    const text = await page.evaluate(`document.querySelector('[id$="-${node.operationId}"] .live-responses-table .response-col_description')?.innerText`)
    check(`${what}, ${method} ${path}, is answered with success`, status >= 200 && status < 300 && !/"Success": false/.test(text),
      `\n    ${status} ${request?.method} ${request?.url} ${request?.postData ?? ''}\n    ${text.slice(0, 300)}`)
    const sent = request ? [...new URL(request.url).searchParams.keys(), ...Object.keys(request.headers)].map(it => it.toLowerCase()) : []
    const optional = parameters.filter(it => !it.required).map(it => it.name.toLowerCase())
    const untyped = optional.filter(it => sent.includes(it))
    check(`${what} sends nothing optional`, request && untyped.length === 0, untyped.join(' '))
    await page.evaluate(`document.querySelector('[id$="-${node.operationId}"] .opblock-summary-control').click()`)
  }
}

// Answers come after somebody has typed, and change nothing of that.
async function checkThatWhatWasTypedStays (page) {
  const field = `document.querySelector('[id$="-getReseller"] tr[data-param-name="resellerId"] input')`
  await page.evaluate(`document.querySelector('[id$="-getReseller"] .opblock-summary-control').click()`)
  await page.until(`${field}?.value === '2'`, 'getReseller shows its example')
  await page.evaluate(`{
    const field = ${field}
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, 'value').set.call(field, '1')
    field.dispatchEvent(new Event('input', { bubbles: true }))
  }`)
  await tryOperation(page, 'createReseller')
  const { request } = await tryOpened(page, 'getReseller')
  check('what was typed stays', request.url.endsWith('/resellers/1'), request.url)
}

await checkInBrowser(async browser => {
  const page = await browser.open(sizes.desktop)
  const { documents } = await (await fetch(`${base}/openapi`)).json()
  await page.go(`${base}/docs#${documents.find(({ name }) => extent === 'all' || tries[name]).name}`)
  for (const { name, url } of documents) {
    const document = await (await fetch(base + url)).json()
    if (chosenOf(name, document).length === 0) continue
    const webhooks = Object.keys(document.webhooks ?? {}).length // each a POST that nobody can try here
    const count = operationsInOrder(document).length + webhooks
    // Within one page, as somebody chooses one document after the other.
    await page.evaluate(`location.hash = '${name}'`)
    await page.until(`document.body.dataset.shown === '${name}'`, `${name} is shown`)
    await page.until(`document.querySelectorAll('.opblock').length === ${count}`, `${name} shows ${count} operations`)
    await tryDocument(page, name, document)
    if (name === 'admin') await checkThatWhatWasTypedStays(page)
  }
})
