// Which address is which page, and what stands in the menu.

import { accountPage } from './account.js'
import { accountsPage } from './accounts.js'
import { homePage } from './home.js'

export const pages = [
  { ...homePage, path: /^\/console$/, inMenu: '/console/' },
  { ...accountsPage, path: /^\/console\/accounts$/, inMenu: '/console/accounts' },
  { ...accountPage, path: /^\/console\/accounts\/(\d+)$/ }
]
