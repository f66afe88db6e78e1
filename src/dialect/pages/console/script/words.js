// All that the console says. Another language is another file of these names.

const plural = (number, one, many) => `${number.toLocaleString()} ${number === 1 ? one : many}`

export const words = {
  product: 'partnerd',
  consoleOf: name => `Console of ${name}`,
  titled: title => `${title} · partnerd console`,
  skip: 'Skip to content',
  menu: 'Menu',
  loading: 'Loading…',
  retry: 'Try again',
  retrying: 'The server is busy; trying again…',
  cancel: 'Cancel',
  close: 'Close',
  none: '—',
  unreachable: 'The server cannot be reached.',
  unreachableBanner: 'The server cannot be reached. What you see may be old; trying again…',
  reachableAgain: 'The server is there again.',
  updated: 'The server has been updated.',
  reload: 'Reload this page',
  notFound: 'There is nothing at this address.',
  refusal: status => `The server has refused this (${status}).`,
  wentWrong: 'Something went wrong',

  signIn: {
    title: 'Sign in',
    lead: 'To the console, with a token of the operator.',
    token: 'Operator token',
    hint: 'It is exchanged for a session and kept nowhere in this browser.',
    button: 'Sign in',
    sandbox: 'Enter this sandbox',
    sandboxHint: 'This server is a sandbox. Its operator token is known to everybody.',
    wrong: 'This token is not valid. It may have been revoked or have expired; tokens of partners and managers cannot sign in here.',
    missing: 'Please paste an operator token.',
    tooMany: 'Too many wrong tokens. Please wait a minute.',
    over: 'Your session is over. Sign in to go on: what you have typed is still there.'
  },

  account: {
    menu: 'Session',
    signedInAs: 'Signed in as',
    unnamed: hint => `token ${hint}…`,
    endsAt: 'Ends at the latest',
    signOut: 'Sign out'
  }
}

export { plural }
