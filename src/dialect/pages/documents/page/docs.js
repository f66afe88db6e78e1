// Shows one of the documents that /openapi lists. Which one stands in the address: /docs#admin, and behind a slash what
// the renderer opened last.
'use strict'

const choice = document.getElementById('choice')

function chosenName() {
  return decodeURIComponent(location.hash.slice(1).split('/')[0])
}

// In a sandbox everybody knows the credentials: requests can be tried at once.
function authorize(ui, listed) {
  if (!listed.sandbox_credential) return
  const specification = ui.specSelectors.specJson().toJS()
  const schemes = Object.keys((specification.components || {}).securitySchemes || {})
  for (const scheme of schemes) ui.preauthorizeApiKey(scheme, listed.sandbox_credential)
}

function show(listed) {
  document.getElementById('source').href = listed.url
  document.title = listed.title
  const ui = SwaggerUIBundle({
    url: listed.url,
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
    onComplete: () => {
      authorize(ui, listed)
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
    show(one)
  }
  choice.addEventListener('change', () => { location.hash = choice.value })
  window.addEventListener('hashchange', showChosen)
  showChosen()
}

start().catch(error => fail(String(error)))
