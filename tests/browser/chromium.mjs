// A headless Chromium of Debian, spoken to through a pipe: no package from anywhere is needed. Used by the checks of this
// folder.

import { spawn } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const sizes = {
  desktop: { width: 1280, height: 900, deviceScaleFactor: 1, mobile: false },
  phone: { width: 390, height: 844, deviceScaleFactor: 2, mobile: true }
}

export class Chromium {
  constructor (options = []) {
    this.profile = mkdtempSync(join(tmpdir(), 'partnerd-chromium-'))
    const flags = ['--headless=new', '--no-sandbox', '--disable-gpu', '--remote-debugging-pipe', '--no-first-run',
      '--disable-background-networking', '--disable-component-update', `--user-data-dir=${this.profile}`]
    this.process = spawn('chromium', [...flags, ...options, 'about:blank'],
      { stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'], detached: true })
    this.waiting = new Map()
    this.listeners = []
    this.lastId = 0
    let rest = ''
    this.process.stdio[4].setEncoding('utf8')
    this.process.stdio[4].on('data', text => {
      const messages = (rest + text).split('\0')
      rest = messages.pop()
      for (const message of messages) this.#take(JSON.parse(message))
    })
    this.ended = new Promise(resolve => this.process.on('exit', resolve))
  }

  #take (message) {
    const waiting = this.waiting.get(message.id)
    if (!waiting) return this.listeners.forEach(listen => listen(message))
    this.waiting.delete(message.id)
    message.error ? waiting.reject(new Error(message.error.message)) : waiting.resolve(message.result)
  }

  send (method, params = {}, sessionId = undefined) {
    const id = ++this.lastId
    this.process.stdio[3].write(JSON.stringify({ id, method, params, sessionId }) + '\0')
    return new Promise((resolve, reject) => this.waiting.set(id, { resolve, reject }))
  }

  async open (size) {
    const { targetId } = await this.send('Target.createTarget', { url: 'about:blank' })
    const { sessionId } = await this.send('Target.attachToTarget', { targetId, flatten: true })
    const page = new Page(this, sessionId)
    for (const domain of ['Page', 'Network', 'Runtime', 'Log']) await page.send(`${domain}.enable`)
    await page.send('Emulation.setDeviceMetricsOverride', size)
    return page
  }

  async close () {
    this.send('Browser.close').catch(() => {})
    await Promise.race([this.ended, new Promise(resolve => setTimeout(resolve, 5000))])
    if (this.process.exitCode === null) process.kill(-this.process.pid, 'SIGKILL')
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 })
  }
}

class Page {
  // What it asked for, as addresses and as it was sent, and what it complained about.
  requests = []
  sent = []
  complaints = []

  constructor (browser, sessionId) {
    this.browser = browser
    this.sessionId = sessionId
    browser.listeners.push(({ method, params, sessionId }) => {
      if (sessionId !== this.sessionId) return
      if (method === 'Network.requestWillBeSent') {
        this.requests.push(params.request.url)
        this.sent.push(params.request)
      }
      const { exceptionDetails: exception, entry } = params
      if (method === 'Runtime.exceptionThrown') this.complaints.push(exception.exception?.description ?? exception.text)
      if (method === 'Log.entryAdded' && entry.level === 'error') this.complaints.push(`${entry.text} ${entry.url ?? ''}`)
      if (method === 'Runtime.consoleAPICalled' && params.type === 'error')
        this.complaints.push(params.args.map(it => it.value ?? it.description).join(' '))
    })
  }

  send (method, params) { return this.browser.send(method, params, this.sessionId) }

  async evaluate (expression) {
    const answer = await this.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
    if (answer.exceptionDetails) throw new Error(answer.exceptionDetails.exception?.description ?? answer.exceptionDetails.text)
    return answer.result.value
  }

  // Waits for an expression to become true.
  async until (expression, what, milliseconds = 20000) {
    for (const end = Date.now() + milliseconds; Date.now() < end;) {
      const value = await this.evaluate(expression).catch(() => undefined)
      if (value) return value
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    throw new Error(`waited in vain: ${what}`)
  }

  async go (url) {
    await this.send('Page.navigate', { url })
    await this.until('document.readyState === "complete"', url)
  }

  async screenshot (file, whole = false) {
    const { data } = await this.send('Page.captureScreenshot', { format: 'png', captureBeyondViewport: whole })
    writeFileSync(file, Buffer.from(data, 'base64'))
  }

  // A page that one must push sideways is not made for its window.
  overflow () { return this.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth') }
}
