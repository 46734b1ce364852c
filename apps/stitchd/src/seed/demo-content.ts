export const demoProjectKey = 'demo';
export const demoExperimentKey = 'checkout-button-colour';

const onlyPro = { attribute: 'plan', op: 'in', values: ['pro', 'team'] } as const;
const inEurope = { attribute: 'country', op: 'in', values: ['AT', 'BE', 'DE', 'ES', 'FR', 'IT', 'NL', 'PL', 'SE'] } as const;
/** Long enough to decide in, and short enough for most of two weeks' visitors to have had it. */
const windowHours = 48;
const unchanged = { offVariant: 'off', prerequisites: [], targets: [] } as const;

/** What the demo project holds: one of each thing that a newcomer looks for. */
export const demoContent = {
  project: { key: demoProjectKey, name: 'Demo shop', description: 'A made-up shop: change anything, nothing depends on it.' },
  events: [
    { key: 'checkout-started', name: 'Checkout started', description: 'A visitor opened the checkout.', valueType: 'none' },
    { key: 'purchase', name: 'Purchase', description: 'A visitor paid; the value is the amount.', valueType: 'double' },
  ],
  metrics: [
    {
      key: 'purchase-rate',
      name: 'Purchase rate',
      description: 'Share of visitors who buy within two days.',
      definition: { type: 'conversion', event: 'purchase', windowHours },
    },
    {
      key: 'checkout-rate',
      name: 'Checkout rate',
      description: 'Share of visitors who open the checkout within two days.',
      definition: { type: 'conversion', event: 'checkout-started', windowHours },
    },
    {
      key: 'revenue-per-visitor',
      name: 'Revenue per visitor',
      description: 'What a visitor spends within two days, buyers or not.',
      definition: { type: 'sum', event: 'purchase', windowHours, cap: { kind: 'value', value: 150 } },
    },
  ],
  segments: [
    { key: 'european-visitors', name: 'European visitors', description: 'By country.', type: 'rule', when: inEurope },
    {
      key: 'beta-testers',
      name: 'Beta testers',
      description: 'People who asked to see new things first.',
      type: 'list',
      contextKind: 'user',
      included: ['user-1', 'user-2', 'user-3'],
    },
  ],
  flags: [
    {
      flag: {
        key: 'new-checkout',
        name: 'New checkout',
        description: 'The checkout on one page: for beta testers, and for whoever pays.',
        type: 'boolean',
        purpose: 'release',
        tags: ['checkout'],
        clientVisible: true,
      },
      configuration: {
        enabled: true,
        document: {
          ...unchanged,
          rules: [
            { id: 'beta', name: 'Beta testers', when: { inSegment: 'beta-testers' }, serve: { variant: 'on' } },
            { id: 'paying', name: 'Paying customers', when: onlyPro, serve: { variant: 'on' } },
          ],
          defaultServe: { split: { contextKind: 'user', weights: { on: 25_000, off: 75_000 } } },
        },
      },
    },
    {
      flag: {
        key: 'checkout-button',
        name: 'Checkout button',
        description: 'Its colour, under an experiment of two weeks.',
        type: 'string',
        purpose: 'experiment',
        tags: ['checkout', 'experiment'],
        clientVisible: true,
        variants: [
          { key: 'blue', value: '#1864ab', name: 'Blue' },
          { key: 'green', value: '#2b8a3e', name: 'Green' },
        ],
      },
      configuration: {
        enabled: true,
        document: {
          ...unchanged,
          offVariant: 'blue',
          rules: [],
          defaultServe: { split: { contextKind: 'user', weights: { blue: 50_000, green: 50_000 } } },
        },
      },
    },
    {
      flag: {
        key: 'search-limits',
        name: 'Search limits',
        description: 'How much a search answers.',
        type: 'json',
        purpose: 'configuration',
        tags: ['search'],
        variants: [
          { key: 'usual', value: { results: 20, timeoutMs: 400 }, name: 'Usual' },
          { key: 'generous', value: { results: 100, timeoutMs: 1_500 }, name: 'Generous' },
        ],
      },
      configuration: {
        enabled: true,
        document: {
          ...unchanged,
          offVariant: 'usual',
          rules: [{ id: 'europe', name: 'Europe', when: { inSegment: 'european-visitors' }, serve: { variant: 'generous' } }],
          defaultServe: { variant: 'usual' },
        },
      },
    },
    {
      flag: {
        key: 'maintenance-banner',
        name: 'Maintenance banner',
        description: 'Shown while we work.',
        type: 'boolean',
        purpose: 'operations',
      },
      configuration: { enabled: true, document: { ...unchanged, rules: [], defaultServe: { variant: 'off' } } },
    },
  ],
  /** By which attributes of visitors results are broken down. */
  exposureAttributes: ['country', 'plan'],
  /** Two weeks have passed for it, so that there is a verdict: its visitors are made up with times of the past. */
  decidedExperiment: {
    key: demoExperimentKey,
    name: 'Checkout button colour',
    hypothesis:
      'A green button is seen sooner, so at least 15 % more visitors buy. (Its visitors are made up, and two weeks of them were sent at the first start.)',
    flagKey: 'checkout-button',
    // A split is measured from its start, which is now: only recorded arms may lie in the past.
    assignment: 'recorded',
    arms: [
      { variant: 'blue', expectedMilliPercent: 50_000 },
      { variant: 'green', expectedMilliPercent: 50_000 },
    ],
    baselineVariant: 'blue',
    metrics: [
      { key: 'purchase-rate', role: 'primary' },
      { key: 'checkout-rate', role: 'guardrail', margin: 0.1 },
      { key: 'revenue-per-visitor', role: 'secondary' },
    ],
    plan: { minimumEffect: 0.15, plannedUnits: 8_400, plannedDays: 21 },
    analysis: { dimensions: ['country', 'plan'] },
    unitKind: 'user',
  },
  /** On a split, as one's own will be: it has just begun, and all that can be done with one can be tried. */
  youngExperiment: {
    key: 'one-page-checkout',
    name: 'One-page checkout',
    hypothesis: 'With one page instead of three, at least 5 % more visitors buy.',
    flagKey: 'new-checkout',
    baselineVariant: 'off',
    metrics: [
      { key: 'purchase-rate', role: 'primary' },
      { key: 'revenue-per-visitor', role: 'secondary' },
    ],
    plan: { minimumEffect: 0.05, plannedUnits: 75_000, plannedDays: 28 },
    analysis: { dimensions: ['country', 'plan'] },
  },
} as const;
