export const demoProjectKey = 'demo';
export const demoExperimentKey = 'checkout-button-colour';

const onlyPro = { attribute: 'plan', op: 'in', values: ['pro', 'team'] } as const;
const inEurope = { attribute: 'country', op: 'in', values: ['AT', 'BE', 'DE', 'ES', 'FR', 'IT', 'NL', 'PL', 'SE'] } as const;
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
      description: 'Share of visitors who buy.',
      definition: { type: 'conversion', event: 'purchase', windowHours: 0 },
    },
    {
      key: 'revenue-per-visitor',
      name: 'Revenue per visitor',
      description: 'What a visitor spends, buyers or not.',
      definition: { type: 'sum', event: 'purchase', windowHours: 0 },
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
        description: 'Its colour, under an experiment.',
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
  experiment: {
    key: demoExperimentKey,
    name: 'Checkout button colour',
    hypothesis: 'A green button makes more visitors buy.',
    flagKey: 'checkout-button',
    assignment: 'split',
    baselineVariant: 'blue',
    metrics: [
      { key: 'purchase-rate', role: 'primary' },
      { key: 'revenue-per-visitor', role: 'secondary' },
    ],
    unitKind: 'user',
  },
} as const;
