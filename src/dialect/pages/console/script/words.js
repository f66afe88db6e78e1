// All that the console says. Another language is another file of these names.

export const plural = (number, one, many) => `${number.toLocaleString('en-GB')} ${number === 1 ? one : many}`

export const words = {
  locale: 'en-GB',
  number: value => value.toLocaleString('en-GB'),
  product: 'partnerd',
  titled: title => `${title} · partnerd console`,
  skip: 'Skip to content',
  notices: 'Notices',
  menu: 'Menu',
  pages: 'Pages',
  loading: 'Loading…',
  retry: 'Try again',
  retrying: 'The server is busy; trying again…',
  cancel: 'Cancel',
  close: 'Close',
  copy: 'Copy',
  copied: 'Copied',
  none: '—',
  all: 'All',
  yes: 'Yes',
  no: 'No',
  unreachable: 'The server cannot be reached.',
  unreachableBanner: 'The server cannot be reached. What you see may be old; trying again…',
  reachableAgain: 'The server is there again.',
  updated: 'The server has been updated, and this page is of the version before.',
  reload: 'Reload this page',
  notFoundTitle: 'Nothing here',
  notFound: 'There is nothing at this address.',
  refusal: status => `The server has refused this (${status}).`,
  wentWrong: 'Something went wrong',
  previous: 'Previous page',
  next: 'Next page',
  first: 'First page',
  pagesOfList: 'Pages of this list',
  onlyFirst: number => `Only the first ${number.toLocaleString('en-GB')} are listed; there are more.`,
  perhapsMore: 'There may be more than are listed here.',
  shortPage: 'Nothing on this page matches, but there is more.',
  exportCsv: 'Export as CSV',
  exporting: rows => `Exporting… ${plural(rows, 'row', 'rows')}`,
  exported: rows => `${plural(rows, 'row', 'rows')} exported`,
  changedMeanwhile: 'This list has changed meanwhile.',
  showChanges: 'Show changes',

  zone: { label: 'Times', local: 'Your time zone', utc: 'UTC', isShown: name => `Times are in ${name}.` },

  keys: {
    title: 'Keys',
    open: 'Keys',
    enabled: 'These keys are on',
    list: [
      ['/', 'Search'],
      ['g h', 'Home'],
      ['g a', 'Accounts'],
      ['g r', 'Resellers'],
      ['g n', 'Numbers'],
      ['?', 'This list']
    ]
  },

  signIn: {
    title: 'Sign in',
    lead: 'To the console, with a token of the operator.',
    token: 'Operator token',
    hint: 'It is exchanged for a session and kept nowhere in this browser.',
    button: 'Sign in',
    sandbox: 'Enter this sandbox',
    sandboxHint: 'This server is a sandbox. Its operator token is known to everybody.',
    wrong:
      'This token is not valid. It may have been revoked or have expired; ' +
      'tokens of partners and managers do not open the console.',
    missing: 'Please paste an operator token.',
    tooMany: 'Too many wrong tokens. Please wait a minute.',
    over: 'Your session is over. Sign in to go on: what you have typed is still there.'
  },

  session: {
    menu: 'Session',
    signedInAs: 'Signed in as',
    of: 'of',
    unnamed: hint => `token ${hint}…`,
    endsAt: 'Ends at the latest',
    idle: minutes => `or after ${minutes} minutes without use.`,
    signOut: 'Sign out'
  },

  sandboxBanner: 'Sandbox: nothing here is real.',

  nav: {
    home: 'Home',
    accounts: 'Accounts',
    resellers: 'Resellers',
    numbers: 'Numbers',
    imports: 'Imports',
    runs: 'Workflow runs',
    webhooks: 'Webhooks',
    server: 'Server',
    sandbox: 'Sandbox'
  },

  search: {
    label: 'Search',
    placeholder: 'uid, id, e-mail, name, token, request id',
    results: number => (number === 0 ? 'Nothing found' : plural(number, 'result', 'results')),
    nothing: text => `Nothing found for “${text}”.`,
    more: 'There are more: type more of it.',
    matched: {
      id: 'id',
      uid: 'uid',
      email: 'e-mail',
      name: 'name',
      activation_token: 'activation token',
      request_id: 'request id'
    },
    reseller: 'Reseller'
  },

  status: {
    entitled: 'Entitled',
    provisioned: 'Provisioned',
    activated: 'Activated',
    suspended: 'Suspended',
    deprovisioned: 'Closed',
    removed: 'Removed'
  },
  type: { individual: 'Individual', family: 'Family' },
  holds: { ended: 'Ended', administrative: 'Administrative', credit: 'Credit', parent: 'Account above' },
  holdExplained: {
    ended: 'Its end has come. A later end, or none, lifts this.',
    administrative: 'Held by hand. Lifting it by hand lifts this, nothing else.',
    credit: 'Its balance is below what is allowed. A payment lifts this.',
    parent: 'The account above it is held. What lifts that lifts this.'
  },
  holdsInSentence: {
    ended: 'ended',
    administrative: 'held by hand',
    credit: 'its credit is used up',
    parent: 'the account above it is held'
  },

  state: {
    join: parts => parts.filter(Boolean).join('; ') + '.',
    list: items => (items.length < 2 ? items.join('') : `${items.slice(0, -1).join(', ')} and ${items.at(-1)}`),
    removed: date => `Removed on ${date}; only this record is left`,
    closed: date => (date ? `Closed since ${date}, for good` : 'Closed for good'),
    suspended: (date, why) => (date ? `Suspended since ${date}: ${why}` : `Suspended: ${why}`),
    entitled: date => `Opened on ${date}; its customer has not redeemed the link yet`,
    provisioned: date => (date ? `Redeemed on ${date}, not in use yet` : 'Redeemed, not in use yet'),
    activated: (date, members) => (date ? `In use since ${date}` : 'In use') + `, with ${plural(members, 'member', 'members')}`,
    ends: date => `ends on ${date}`,
    noEnd: 'no end is set',
    closes: date => `closes on ${date}`,
    staysFrozen: 'stays so until it is given a later end'
  },

  account: {
    facts: 'Facts',
    holds: 'Holds',
    noHolds: 'Nothing holds it.',
    timeline: 'Timeline',
    actions: 'Actions',
    uid: 'Uid',
    id: 'Id',
    reseller: 'Reseller',
    type: 'Type',
    domain: 'Domain',
    noDomain: 'None',
    owner: 'Owner',
    noOwner: 'Not redeemed yet',
    members: 'Deployed members',
    openedUnder: 'Opened through',
    opened: 'Opened',
    updated: 'Last changed',
    ends: 'Ends',
    noEnd: 'No end',
    closes: 'Closes',
    balance: 'Balance',
    token: 'Activation token',
    showLink: 'Show the link',
    linkHint: 'Whoever has this link can redeem the account.',
    version: 'Version',
    status: 'Status',
    noEvents: 'Nothing has happened to it.',
    older: 'Show older events',
    attempts: 'Webhook attempts',
    showAttempts: 'Show webhook attempts',
    noAttempts: 'Nothing has gone wrong with its webhooks.',
    attemptsCut: number => `Of the latest ${number} attempts of each endpoint. What lies before is at the endpoint itself.`,
    noAttemptsHere: 'This reseller has no webhook endpoints.',
    clock: 'Its clock shows',
    by: 'by',
    request: 'Request',
    api: 'through',
    address: 'from',
    recorded: 'Recorded',
    details: 'Details',
    from: 'from',
    to: 'to',
    nothing: 'nothing',
    erased: 'erased',
    nothingOffered: 'Nothing can be done with it any more, but a note can be left.'
  },

  accounts: {
    shortcuts: 'Frequent lists',
    dueThisWeek: 'Ends within a week',
    suspended: 'Suspended',
    notRedeemed: 'Not redeemed yet',
    filter: 'Filter',
    chosen: 'Filters that are on',
    apply: 'Show',
    clear: 'Show all',
    takeAway: ' (take this filter away)',
    nothingMatches: 'No account matches these filters.',
    nothingYet: 'There are no accounts yet.',
    onlyRemoved: 'Removed ones only',
    filters: {
      reseller: 'Reseller',
      status: 'Status',
      type: 'Type',
      uid_prefix: 'Uid begins with',
      email: 'E-mail',
      domain: 'Domain',
      ends_after: 'Ends after',
      ends_before: 'Ends before',
      removed: 'Removed',
      order: 'Order'
    },
    orders: { newest: 'Newest first', oldest: 'Oldest first' },
    columns: { uid: 'Uid', status: 'Status', owner: 'Owner', reseller: 'Reseller', type: 'Type', ends: 'Ends' }
  },

  home: {
    ending: 'Ends within a week',
    nothingEnds: 'No account ends within a week.',
    held: 'Suspended',
    nothingHeld: 'No account is suspended.',
    attention: 'Imports that are not finished, runs that failed',
    latest: number => `Of the latest ${number} of each.`,
    all: title => `All: ${title.toLowerCase()}`
  },

  webhooks: {
    facts: 'Facts',
    columns: {
      url: 'Address',
      state: 'State',
      reseller: 'Reseller',
      types: 'Events',
      failing: 'Failing since',
      account: 'Account',
      event: 'Event',
      attempts: 'Attempts',
      at: 'When',
      outcome: 'Outcome',
      answer: 'Answer',
      number: 'Attempt',
      took: 'Took'
    },
    states: { enabled: 'Enabled', failing: 'Failing', disabled: 'Disabled' },
    none: 'No webhook endpoints.',
    cut: number => `Of the first ${number} resellers; choose one to see its own.`,
    allTypes: 'All',
    payload: 'Payload',
    payloads: { full: 'Full', thin: 'Thin: without what has changed' },
    reasons: 'Shows reasons',
    nextAttempt: 'Next attempt',
    oldSecret: 'Former secret signs until',
    lanes: 'What waits',
    noLanes: 'Nothing waits: all that should have arrived has.',
    moreLanes: 'There are more.',
    attempts: 'What went wrong',
    noAttempts: 'Nothing has gone wrong. Deliveries that work at once are not listed.',
    answered: status => `answered ${status}`,
    body: 'Body',
    milliseconds: number => `${number.toLocaleString('en-GB')} ms`,
    outcome: { delivered: 'Delivered', failed: 'Failed', given_up: 'Given up' },
    attemptOf: attempt =>
      [`attempt ${attempt.number}`, attempt.status && `answered ${attempt.status}`, attempt.error].filter(Boolean).join(', '),
    test: {
      title: 'Send a test',
      button: 'Send a test',
      follows: ['One event is sent to this address, and to no other.', 'If it does not arrive, it is listed below.']
    },
    enable: { title: 'Try again', button: 'Enable again', follows: ['What waits is sent from now on, in order.'] }
  },

  resellers: {
    number: id => `no. ${id}`,
    facts: 'Facts',
    parent: 'Below',
    children: 'Resellers below',
    endAction: 'At the end of the grace',
    endActions: { close: 'Accounts are closed', stay_frozen: 'Accounts stay frozen' },
    grace: 'Grace',
    days: number => plural(Math.round(number * 10) / 10, 'day', 'days'),
    offset: 'Offset of its time',
    accounts: 'Accounts',
    allAccounts: 'All its accounts',
    credentials: 'Credentials',
    noCredentials: 'It has no credentials.',
    never: 'Never',
    unnamed: hint => `${hint}…`,
    kinds: {
      partner_token: 'Partnership API',
      api_key: 'SignalMind',
      manager_token: 'ActivePlatform',
      operator_token: 'Operator'
    },
    credentialStatus: { active: 'Active', expired: 'Expired', revoked: 'Revoked' },
    columns: {
      label: 'Label',
      kind: 'For',
      status: 'Status',
      used: 'Last used',
      expires: 'Expires',
      actions: 'Actions',
      domain: 'Domain',
      type: 'Type',
      from: 'From',
      until: 'Until',
      name: 'Name',
      email: 'E-mail',
      role: 'Role'
    },
    operatorRoles: { reader: 'Reader', support: 'Support', operator: 'Operator', administrator: 'Administrator' },
    may: {
      reader: 'Whoever holds it can look at everything of this reseller and of those below it, and change nothing.',
      support: 'Whoever holds it can look at everything, hold, lift and re-date accounts, re-issue tokens and write notes.',
      operator: 'Whoever holds it can do all that an operator may, but for the credentials of operators.',
      administrator: 'Whoever holds it can do all that an operator may, and hand out credentials of operators.'
    },
    secretTitle: 'The new secret',
    secretHint: 'It is shown this once. Pass it on by a safe way.',
    secretKept: 'I have kept it',
    issue: {
      open: 'Issue a credential',
      title: name => `Issue a credential for ${name}`,
      button: 'Issue it',
      labelHint: 'By which people know it.',
      expires: 'Expires',
      expiresHint: 'Empty: never.',
      follows: role => [
        role ? words.resellers.may[role] : 'Whoever holds it can do all that the reseller may in this API.',
        'Its secret is shown once.'
      ]
    },
    rotate: {
      title: name => `Rotate ${name}`,
      button: 'Rotate',
      overlap: 'Both work for',
      overlaps: [
        ['0', 'no time: the old one ends at once'],
        ['3600', 'an hour'],
        ['86400', 'a day'],
        ['604800', 'a week']
      ],
      follows: [
        'There is a new secret, shown once.',
        'The old one ends when the time that both work is over, and console sessions with it.'
      ]
    },
    revoke: {
      title: name => `Revoke ${name}`,
      button: 'Revoke',
      follows: ['It stops working at once, for good.', 'Sessions that were opened with it end.']
    },
    promotions: 'Promotions',
    noPromotions: 'It has no promotions: no domain can be used.',
    managers: 'Managers',
    noManagers: 'It has no managers.',
    roles: { sales: 'Sales', marketing: 'Marketing', owner: 'Product owner', admin: 'Administrator' },
    managerStatus: { active: 'Active', inactive: 'Inactive' },
    webhooks: 'Webhooks',
    noWebhooks: 'It has no webhook endpoints.'
  },

  imports: {
    none: 'There are no imports. They begin with partnerd import, on the command line.',
    columns: { name: 'File', action: 'Action', state: 'State', done: 'Carried out', refused: 'Refused', begun: 'Begun' },
    actions: { open: 'Open', hold: 'Hold', lift: 'Lift', redate: 'Move the end', close: 'Close', remove: 'Remove' },
    finished: 'Finished',
    withRefusals: 'Finished, with refusals',
    underWay: 'Under way',
    facts: 'Facts',
    rows: 'Rows so far',
    updated: 'Last row',
    ended: 'Finished',
    fingerprint: 'SHA-256 of the file',
    refusals: 'Refused rows',
    noRefusals: 'No row has been refused.',
    row: 'Row',
    field: 'Field',
    wholeRow: 'The row',
    why: 'Why'
  },

  runs: {
    none: 'There are no workflow runs.',
    columns: { workflow: 'Workflow', state: 'State', reseller: 'Reseller', steps: 'Steps', begun: 'Begun', why: 'Why' },
    status: {
      queued: 'Queued',
      running: 'Running',
      passed: 'Passed',
      failed: 'Failed',
      not_run: 'Not run',
      cancelled: 'Cancelled'
    },
    version: number => `v${number}`,
    facts: 'Facts',
    inDocument: 'In the document',
    ended: 'Ended',
    again: 'Look again',
    steps: 'Steps',
    noSteps: 'No step has ended yet.',
    passed: 'Passed',
    failed: 'Failed',
    ofStep: step => [step.workflow, step.attempt > 1 && `attempt ${step.attempt}`, step.action].filter(Boolean).join(' · '),
    milliseconds: number => `${number.toLocaleString('en-GB')} ms`,
    criteria: 'Criteria',
    request: 'Request',
    response: 'Response',
    inputs: 'Inputs',
    outputs: 'Outputs',
    cancel: {
      title: name => `Cancel the run of ${name}`,
      button: 'Cancel the run',
      follows: ['No further step is begun.', 'What has been done stays done.']
    }
  },

  server: {
    health: 'Health',
    state: 'State',
    ready: 'Ready',
    notReady: 'Not ready',
    ok: 'All well',
    checks: { database: 'Database', disk: 'Disk', serving: 'Requests' },
    unknown: 'The server does not tell.',
    seen: 'As of',
    again: 'Look again',
    program: 'Program',
    version: 'Version',
    kind: 'Kind',
    sandbox: 'Sandbox',
    production: 'Production',
    docs: 'APIs, with requests to try',
    openapi: 'OpenAPI documents',
    licences: 'Licences'
  },

  sandbox: {
    clocks: 'Clocks',
    shows: 'It shows',
    difference: 'Against the server',
    serverTime: 'The same',
    ahead: days => (days > 0 ? `${plural(days, 'day', 'days')} ahead` : `${plural(-days, 'day', 'days')} behind`),
    state: 'State',
    running: 'Running',
    frozen: 'Standing still',
    freeze: 'Stop',
    unfreeze: 'Let it go on',
    goesOn: 'The clock goes on.',
    standsStill: 'The clock stands still.',
    advance: {
      open: 'Advance',
      title: name => `Advance the clock of ${name}`,
      button: 'Advance it',
      by: 'By',
      to: 'To',
      missing: 'Please give a time.',
      steps: [
        ['3600', 'An hour'],
        ['86400', 'A day'],
        ['604800', 'A week'],
        ['2592000', '30 days'],
        ['31536000', 'A year'],
        ['', 'To a moment…']
      ],
      follows: [
        'What falls due until then happens: accounts are frozen, closed, held.',
        'The clock never goes back, but for a reset of the sandbox.'
      ]
    },
    due: {
      title: 'What fell due',
      told: name => `The clock of ${name} now shows`,
      counts: (frozen, closed, held) => `${frozen} frozen, ${closed} closed, ${held} held for credit.`,
      what: 'What',
      when: 'When'
    },
    faults: 'Faults',
    faultsHint: 'Requests with a credential can be made to go wrong, in every API but this one.',
    noFaults: 'This reseller has no active credential.',
    credential: 'Credential',
    fault: {
      open: 'Set',
      clear: 'Take back',
      cleared: 'Nothing goes wrong any more.',
      now: 'Goes wrong',
      none: 'Nothing',
      title: name => `Let requests with ${name} go wrong`,
      button: 'Let them go wrong',
      kind: 'How',
      kinds: {
        503: '503, not available',
        429: '429, too many requests',
        500: '500, broken',
        delay: 'A late answer',
        drop: 'No answer: the connection ends'
      },
      delay: 'Milliseconds late',
      rate: 'Of the requests',
      rates: [
        ['1', 'all'],
        ['0.5', 'half, by chance'],
        ['0.1', 'a tenth, by chance']
      ],
      next: 'So many times',
      nextHint: 'Empty: until it is taken back.',
      follows: ['A restart of the server takes it back.'],
      told: fault =>
        [
          fault.kind === 'delay' ? `${fault.delay_ms} ms late` : fault.kind,
          fault.rate < 1 && `${Math.round(fault.rate * 100)} %`,
          fault.next && `${fault.next} more`
        ]
          .filter(Boolean)
          .join(', ')
    },
    reset: {
      title: 'Begin this sandbox again',
      button: 'Reset',
      follows: [
        'All accounts, events, clocks and faults are gone.',
        'It is as it was when it was first started, and you sign in again.'
      ]
    }
  },

  numbers: {
    everybody: 'All within reach',
    by: 'By',
    steps: { day: 'Day', week: 'Week', month: 'Month' },
    columns: {
      from: { day: 'Day', week: 'Week from', month: 'Month from' },
      opened: 'Opened',
      redeemed: 'Redeemed',
      activated: 'First used',
      suspended: 'Suspended',
      closed: 'Closed',
      removed: 'Removed',
      conversion: 'Redeemed of opened',
      median_days: 'Median days to redeem',
      are_living: 'Living at the end',
      are_activated: 'In use at the end',
      are_suspended: 'Suspended at the end'
    },
    percent: ratio => `${Math.round(ratio * 100)} %`,
    chart: step => `Opened, redeemed and closed by ${step}`,
    chartOfStates: step => `In use and suspended at the end of each ${step}`,
    tree: 'With all resellers below it',
    table: 'The same as a table',
    scrolls: 'Numbers, as far as they fit',
    hint:
      'By the days of UTC, some seconds behind. Redeemed of opened: of those that were opened then, so many have been redeemed ' +
      'since. Median days: half of those that were redeemed then had taken no longer. First used, suspended, closed: who comes ' +
      'back counts again.'
  },

  openedUnder: {
    reference: 'Partnership API',
    openapi: 'Partnership API',
    signalmind: 'SignalMind',
    activeplatform: 'ActivePlatform',
    admin: 'Operator API'
  },
  apis: {
    partnership: 'the Partnership API',
    signalmind: 'SignalMind',
    activeplatform: 'ActivePlatform',
    admin: 'the operator API',
    partner: 'the partner API',
    redeem: 'its page',
    visit: 'its visit',
    sandbox: 'the sandbox',
    workflows: 'workflows'
  },
  actors: {
    clock: 'the clock',
    customer: 'its customer',
    operator: name => name || 'the operator',
    manager: name => (name ? `manager ${name}` : 'a manager'),
    partner: name => name || 'the reseller',
    workflow: name => (name ? `workflow ${name}` : 'a workflow'),
    import: name => (name ? `import ${name}` : 'an import')
  },

  events: {
    'account.opened': 'Opened',
    'account.end_date_moved': 'End moved',
    'account.frozen': 'Frozen: its end has come',
    'account.thawed': 'Thawed by a new end',
    'account.closed': 'Closed',
    'account.removed': 'Removed',
    'account.redeemed': 'Redeemed by its customer',
    'account.activated': 'First used',
    'account.members_reported': 'Members reported',
    'account.held': 'Held',
    'account.lifted': 'Hold lifted',
    'account.token_reissued': 'New activation token',
    'account.profile_changed': 'Profile changed',
    'account.balance_adjusted': 'Balance adjusted',
    'account.plan_changed': 'Plan changed',
    'account.moved': 'Moved below another account',
    'account.noted': 'Note',
    'reseller.added': 'Reseller added',
    'reseller.changed': 'Reseller changed',
    'credential.added': 'Credential issued',
    'credential.rotated': 'Credential rotated',
    'credential.revoked': 'Credential revoked',
    'promotion.added': 'Promotion added',
    'promotion.changed': 'Promotion changed',
    'promotion.removed': 'Promotion removed',
    'domain.added': 'Domain added',
    'domain.removed': 'Domain removed',
    'event.erased': 'Personal details of an event erased',
    'clock.moved': 'Clock moved',
    'manager.added': 'Manager added',
    'manager.changed': 'Manager changed',
    'catalogue.changed': 'Catalogue changed',
    'plan.added': 'Plan added',
    'plan.changed': 'Plan changed',
    'plan.removed': 'Plan removed',
    'rights.changed': 'Rights changed',
    'webhook.added': 'Webhook added',
    'webhook.changed': 'Webhook changed',
    'webhook.removed': 'Webhook removed',
    'webhook.disabled': 'Webhook disabled',
    'webhook.tested': 'Webhook tested'
  },
  eventOf: kind => words.events[kind] ?? kind.replace(/^[a-z]+\./, '').replaceAll('_', ' '),
  fieldOf: field => words.fields[field] ?? field.replaceAll('_', ' '),
  fields: {
    ends_at: 'end',
    status: 'status',
    holds: 'holds',
    uid: 'uid',
    deployed_members: 'members',
    activation_token: 'activation token'
  },

  actions: {
    reason: 'Reason',
    reasonNone: 'No reason',
    reasonMissing: 'Please choose a reason: it is required for this.',
    comment: 'Comment',
    commentHint: 'For colleagues; it stays in the timeline.',
    commentTooLong: bytes => `This is too long: it may have ${bytes} bytes, one for most letters, two or more for others.`,
    reasons: { request: 'Asked for', payment: 'Payment', fraud: 'Fraud', legal: 'Legal', error: 'Mistake', other: 'Other' },
    whatFollows: 'What will follow',
    working: 'Working…',
    done: label => `Done: ${label}.`,
    stale: 'Somebody has changed this account meanwhile',
    staleHint: 'Look at what has changed before you go on.',
    before: 'As you saw it',
    now: 'As it is now',
    what: 'What',
    goOn: 'Go on with the account as it is now',
    partnerSees: 'The reseller sees the change in its API and gets a webhook, if it has asked for any.',
    hold: {
      label: 'Hold',
      title: uid => `Hold ${uid}`,
      button: 'Hold it',
      follows: (account, now) =>
        account.status === 'suspended'
          ? ['It is suspended already. It stays so until every hold is lifted.']
          : [
              'It is suspended from now on, until the hold is lifted.',
              'The customer loses access at once.',
              'Its end does not move meanwhile.'
            ]
    },
    lift: {
      label: 'Lift the hold',
      title: uid => `Lift the hold of ${uid}`,
      button: 'Lift it',
      follows: (others, stage) =>
        others.length
          ? [`It stays suspended, since other holds remain: ${others.join(', ')}.`]
          : [`It is ${stage.toLowerCase()} again at once, as it was before.`]
    },
    redate: {
      label: 'Move the end',
      title: uid => `Move the end of ${uid}`,
      button: 'Move it',
      field: 'New end',
      noEnd: 'No end',
      missing: 'Please give a date, or choose no end.',
      inPast: 'Please give a time in the future.',
      plusMonth: '+1 month',
      plusYear: '+1 year',
      zone: zone => `In ${zone}.`,
      followsDate: (date, closes) => [
        `It goes on until ${date}.`,
        closes
          ? `Then it is frozen, and closed for good on ${closes} if nobody gives it a later end.`
          : 'Then it is frozen, until it is given a later end.'
      ],
      followsNone: ['It goes on without an end.'],
      thaws: 'The freeze is lifted at once.'
    },
    close: {
      label: 'Close',
      title: uid => `Close ${uid} for good`,
      button: 'Close it for good',
      follows: [
        'It is closed for good: nobody can open it again.',
        'The customer loses access at once.',
        'It can still be read, and its uid stays taken until it is removed.'
      ],
      confirm: 'Type the uid to confirm',
      confirmWrong: 'That is not its uid.'
    },
    note: {
      label: 'Leave a note',
      title: uid => `Leave a note at ${uid}`,
      button: 'Leave the note',
      comment: 'Note',
      missing: 'Please write something.',
      follows: ['It is added to the timeline. Nothing else changes.']
    },
    reissue: {
      label: 'New activation token',
      title: uid => `New activation token for ${uid}`,
      button: 'Make a new one',
      follows: ['The old link stops working at once.', 'You get a new link to pass on to the customer.']
    },
    members: {
      label: 'Report members',
      title: uid => `Report members of ${uid}`,
      button: 'Report',
      field: 'Deployed members',
      missing: 'Please give a whole number, 0 or more.',
      follows: stage => (stage === 'provisioned' ? ['The first member activates the account.'] : ['Only the number changes.'])
    },
    balance: {
      label: 'Adjust the balance',
      title: uid => `Adjust the balance of ${uid}`,
      button: 'Adjust it',
      field: 'Amount to add',
      hint: 'Negative to take away.',
      missing: 'Please give an amount, like 12.50 or -3.',
      follows: balance => [`The balance is ${balance} now.`, 'The credit hold is set or lifted by what the balance is then.']
    }
  }
}
