// Experiments that run side by side over one stream of events; everything follows from the number of an item.
import { environmentId, head, hourMs, days, startMs } from '../results/data.mjs';

const metric = (key, role, definition) => ({
  kind: 'planned',
  key,
  name: key,
  version: 1,
  role,
  definition: { direction: 'increase', windowHours: 168, delayHours: 0, ...definition },
});
const purchase = { event: 'purchase' };

/** @param {number} number @returns {import('../../services/stats-service/dist/computation/metric-plan.js').ComputationPlan} */
export const planOf = (number) => ({
  experimentId: iterationOf(number),
  experimentKey: `bench-${number}`,
  environmentId,
  source: { kind: 'iteration' },
  iterationId: iterationOf(number),
  iteration: 1,
  assignment: 'split',
  alpha: 0.05,
  unitKind: 'user',
  baselineVariant: 'a',
  arms: ['a', 'b'].map((variant) => ({ variant, expectedMilliPercent: 50_000 })),
  metrics: [
    metric('bought', 'primary', { type: 'conversion', ...purchase }),
    metric('revenue', 'secondary', { type: 'sum', ...purchase }),
    metric('visits', 'guardrail', { type: 'count', event: 'visit' }),
    metric('revenue-per-visit', 'secondary', {
      type: 'ratio',
      numerator: { type: 'sum', ...purchase },
      denominator: { type: 'count', event: 'visit' },
    }),
  ],
  exclusions: [],
  periods: [{ number: 1, from: new Date(startMs).toISOString(), isPause: false }],
  prePeriodDays: 14,
  dimensions: [],
});

const iterationOf = (number) => `019e0000-0000-7000-8000-${String(number).padStart(12, '0')}`;

/** An experiment reaches two users for every four exposures of its, and each of them at any time. */
const exposedUser = (experiments, users) =>
  `(sipHash64(number, 11) % ${Math.floor(users / 10)} * 10 + number % ${experiments} % 10)`;
const actingUser = (users) => `(sipHash64(number, 13) % ${users})`;

export function exposureRows(numbers, { items, users, experiments }) {
  const user = exposedUser(experiments, users);
  const iteration = `toUUID(concat('019e0000-0000-7000-8000-', leftPad(toString(number % ${experiments}), 12, '0')))`;
  return `SELECT ${head(user, items, 1)}, 'checkout' AS flag, if(sipHash64(${user}, number % ${experiments}) % 2 = 0, 'a', 'b') AS variant, ${iteration} AS iteration_id, ['web', 'ios', 'android'][${user} % 3 + 1] AS sdk FROM ${numbers}`;
}

export function eventRows(numbers, { items, users }) {
  const isPurchase = '(sipHash64(number, 17) % 4 = 0)';
  return `SELECT ${head(actingUser(users), items, 2)}, if(${isPurchase}, 'purchase', 'visit') AS event, if(${isPurchase}, (sipHash64(number, 19) % 9973) / 100, 0) AS value FROM ${numbers}`;
}

export const endMs = startMs + days * 24 * hourMs;
export { environmentId, hourMs, startMs };
