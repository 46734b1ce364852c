/** Flags of every type and fate, for tests of what OFREP answers. */
const booleans = [
  { key: 'on', value: true },
  { key: 'off', value: false },
];
const common = {
  type: 'boolean',
  archived: false,
  clientVisible: true,
  variants: booleans,
  enabled: true,
  offVariant: 'off',
  prerequisites: [],
  targets: [],
  rules: [],
  defaultServe: { variant: 'on' },
};
const one = (type: string, value: unknown) => ({
  type,
  variants: [{ key: 'v', value }],
  offVariant: 'v',
  defaultServe: { variant: 'v' },
});

const split = {
  id: 'sp-1',
  contextKind: 'user',
  salt: '0123456789abcdef',
  iterationId: 'it-1',
  ranges: [
    { variant: 'on', from: 0, to: 50_000 },
    { variant: 'off', from: 50_000, to: 100_000 },
  ],
};

export const proRule = { id: 'pro', when: { attribute: 'plan', op: 'equals', values: ['pro'] }, serve: { variant: 'off' } };

const bodies: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  plain: {},
  ruled: { rules: [proRule] },
  tested: { defaultServe: { split } },
  disabled: { enabled: false },
  valueless: { enabled: false, offVariant: null },
  text: one('string', 'Grüße'),
  'empty-text': one('string', ''),
  whole: one('integer', 0),
  fraction: one('double', 0.5),
  shape: one('json', { sides: 4 }),
  hidden: { clientVisible: false },
  archived: { archived: true },
  broken: { type: 'colour' },
};

export function flagBody(key: string, changes: Readonly<Record<string, unknown>> = {}) {
  return { kind: 'flag', id: key, body: { key, ...common, ...bodies[key], ...changes } };
}

export const allFlags = Object.keys(bodies).map((key) => flagBody(key));

/** What tickets are signed with. */
export const environmentEntity = {
  kind: 'environment',
  id: 'e-1',
  body: { key: 'environment', signingSecret: Buffer.alloc(32, 7).toString('base64url') },
};
