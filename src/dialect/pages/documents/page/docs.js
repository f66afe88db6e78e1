// Shows one of the documents that /openapi lists. Which one stands in the address: /docs#admin, and behind a slash what
// the renderer opened last.
'use strict'

const choice = document.getElementById('choice')

function chosenName() {
  return decodeURIComponent(location.hash.slice(1).split('/')[0])
}

// In a sandbox everybody knows the credentials: requests can be tried at once. SignalMind's key is exchanged for a token
// first, as its clients do.
async function credentialOf(listed) {
  if (listed.name !== 'signalmind' || !listed.sandbox_credential) return listed.sandbox_credential
  const key = encodeURIComponent(listed.sandbox_credential)
  const answer = await fetch(`/rest/v2/authentication/getapitoken?key=${key}`)
  const { Data: session } = await answer.json()
  return session && session.Token
}

async function authorize(ui, listed) {
  const credential = await credentialOf(listed)
  if (!credential) return
  const specification = ui.specSelectors.specJson().toJS()
  const schemes = Object.keys((specification.components || {}).securitySchemes || {})
  for (const scheme of schemes) ui.preauthorizeApiKey(scheme, credential)
}

// What is optional is sent when somebody has typed it: an example that stands in the document would be filled in, and an
// Idempotency-Key or If-Match of somebody else's request sent along.
function withoutGuesses(node) {
  if (Array.isArray(node)) return node.map(withoutGuesses)
  if (node === null || typeof node !== 'object') return node
  const isOptional = typeof node.in === 'string' && typeof node.name === 'string' && !node.required
  const copy = {}
  for (const [name, value] of Object.entries(node)) {
    if (isOptional && (name === 'example' || name === 'examples')) continue
    copy[name] = withoutGuesses(value)
  }
  if (isOptional && copy.schema) {
    delete copy.schema.example
    delete copy.schema.default
  }
  return copy
}

async function show(listed) {
  const answer = await fetch(listed.url)
  if (!answer.ok) return fail(`${listed.url} answered ${answer.status}.`)
  document.getElementById('source').href = listed.url
  document.title = listed.title
  const ui = SwaggerUIBundle({
    spec: withoutGuesses(await answer.json()),
    dom_id: '#document',
    deepLinking: false,
    docExpansion: 'list',
    defaultModelsExpandDepth: 0,
    displayRequestDuration: true,
    filter: false,
    tryItOutEnabled: true,
    validatorUrl: null,
    persistAuthorization: false,
    queryConfigEnabled: false,
    onComplete: async () => {
      await authorize(ui, listed)
      document.body.dataset.shown = listed.name
    }
  })
}

function fail(sentence) {
  const note = document.createElement('p')
  note.className = 'note'
  note.textContent = sentence
  document.getElementById('document').replaceChildren(note)
}

async function start() {
  const answer = await fetch('/openapi')
  if (!answer.ok) return fail(`/openapi answered ${answer.status}.`)
  const listed = (await answer.json()).documents
  for (const one of listed) choice.add(new Option(one.title, one.name))
  const showChosen = () => {
    const one = listed.find(({ name }) => name === chosenName()) || listed[0]
    choice.value = one.name
    show(one).catch(error => fail(String(error)))
  }
  choice.addEventListener('change', () => { location.hash = choice.value })
  window.addEventListener('hashchange', showChosen)
  showChosen()
}

start().catch(error => fail(String(error)))
