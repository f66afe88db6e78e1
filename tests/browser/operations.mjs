// Operations of /docs, as somebody tries them: opens one, waits until the page has filled its fields in, executes it.

const open = id => `document.querySelector('[id$="-${id}"] .opblock-summary-control')`
const block = id => `document.querySelector('[id$="-${id}"]')`

// A person reads before the next click; the page fills its fields in meanwhile.
const isStill = element => `(async () => {
  let before
  while (before !== (before = ${element}.outerHTML + [...${element}.querySelectorAll('input, textarea')].map(it => it.value)))
    await new Promise(resolve => setTimeout(resolve, 300))
  return true
})()`

// {status, request}: what was answered, and what had been sent.
export async function tryOperation (page, id) {
  await page.evaluate(`${open(id)}.click()`)
  return tryOpened(page, id)
}

export async function tryOpened (page, id) {
  await page.until(`Boolean(${block(id)}.querySelector('.execute'))`, `${id} opens`)
  await page.until(isStill(block(id)), `${id} stands still`)
  const before = page.sent.length
  await page.evaluate(`${block(id)}.querySelector('.execute').click()`)
  const status = await page.until(`${block(id)}.querySelector('.live-responses-table tbody .response-col_status')?.textContent`, `${id} is answered`)
  return { status: parseInt(status), request: page.sent[before] }
}
