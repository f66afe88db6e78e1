// Which address is which page, and what stands in the menu.

import { accountPage } from './account.js'
import { accountsPage } from './accounts.js'
import { homePage } from './home.js'
import { importPage, importsPage } from './imports.js'
import { numbersPage } from './numbers.js'
import { resellerPage, resellersPage } from './resellers.js'
import { runPage, runsPage } from './runs.js'
import { sandboxPage } from './sandbox.js'
import { serverPage } from './server.js'
import { webhookPage, webhooksPage } from './webhooks.js'

export const pages = [
  { ...homePage, path: /^\/console$/, inMenu: '/console/' },
  { ...accountsPage, path: /^\/console\/accounts$/, inMenu: '/console/accounts' },
  { ...accountPage, path: /^\/console\/accounts\/(\d+)$/ },
  { ...resellersPage, path: /^\/console\/resellers$/, inMenu: '/console/resellers' },
  { ...resellerPage, path: /^\/console\/resellers\/(\d+)$/ },
  { ...numbersPage, path: /^\/console\/numbers$/, inMenu: '/console/numbers' },
  { ...importsPage, path: /^\/console\/imports$/, inMenu: '/console/imports' },
  { ...importPage, path: /^\/console\/imports\/(\d+)$/ },
  { ...runsPage, path: /^\/console\/runs$/, inMenu: '/console/runs' },
  { ...runPage, path: /^\/console\/runs\/(\d+)$/ },
  { ...webhooksPage, path: /^\/console\/webhooks$/, inMenu: '/console/webhooks' },
  { ...webhookPage, path: /^\/console\/webhooks\/(\d+)\/(\d+)$/ },
  { ...serverPage, path: /^\/console\/server$/, inMenu: '/console/server' },
  { ...sandboxPage, path: /^\/console\/sandbox$/, inMenu: '/console/sandbox', onlySandbox: true }
]
