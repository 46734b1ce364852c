// The experiment and its items, which follow from their number alone, so that every database can make the same ones.

export const environmentId = '019e0000-0000-7000-8000-00000000000e';
const iterationId = '019e0000-0000-7000-8000-00000000000f';
export const hourMs = 3_600_000;
export const days = 14;
export const startMs = Date.UTC(2026, 0, 1);
export const windowMs = 7 * 24 * hourMs;

const metric = (key, type, event) => ({
  kind: 'planned',
  key,
  name: key,
  version: 1,
  role: 'secondary',
  definition: { type, event, direction: 'increase', windowHours: 168, delayHours: 0 },
});

/** @type {import('../../services/stats-service/dist/computation/metric-plan.js').ComputationPlan} */
export const plan = {
  experimentId: iterationId,
  experimentKey: 'bench',
  environmentId,
  source: { kind: 'iteration' },
  iterationId,
  iteration: 1,
  assignment: 'split',
  alpha: 0.05,
  unitKind: 'user',
  baselineVariant: 'a',
  arms: ['a', 'b'].map((variant) => ({ variant, expectedMilliPercent: 50_000 })),
  metrics: [metric('bought', 'conversion', 'purchase'), metric('revenue', 'sum', 'purchase'), metric('visits', 'count', 'visit')],
  exclusions: [],
  periods: [{ number: 1, from: new Date(startMs).toISOString(), isPause: false }],
  prePeriodDays: 0,
  dimensions: [],
};

// Integer arithmetic below 2^63, the same in ClickHouse and DuckDB. Exposures and events take users in different orders.
export const exposedUser = (users) => `(number * 48271) % ${users}`;
export const actingUser = (users) => `(number * 69621 + 7) % ${users}`;
export const timeMs = (items) => `${startMs} + (number * ${days * 24 * hourMs}) // ${items}`;
export const cents = '(number * 7919) % 9973';
export const isPurchase = '((number * 40503) % 10007) % 4 = 0';

const forClickHouse = (expression) => expression.replace(/(\(.*?\)) \/\/ (\d+)/, 'intDiv($1, $2)');

/** A UUIDv7 of that millisecond, from its two halves: making it as text took most of the time. */
function uuidOf(ms, salt) {
  const random = `sipHash64(number, ${salt})`;
  const high = `bitOr(bitShiftLeft(toUInt64(${ms}), 16), 0x7000 + ${random} % 4096)`;
  const low = `bitOr(bitShiftRight(sipHash64(${random}), 2), toUInt64(0x8000000000000000))`;
  return `reinterpretAsUUID(bitOr(bitShiftLeft(toUInt128(${low}), 64), toUInt128(${high})))`;
}

export function head(userExpression, items, salt) {
  const ms = `toInt64(${forClickHouse(timeMs(items))})`;
  return `toUUID('${environmentId}') AS environment_id, ${uuidOf(ms, salt)} AS item_id, fromUnixTimestamp64Milli(${ms}, 'UTC') AS at, 0 AS skew_ms,
    at + toIntervalSecond(1) AS accepted_at, at + toIntervalSecond(2) AS stored_at, map('user', concat('user-', toString(${userExpression}))) AS units`;
}

export function exposureRows(numbers, { items, users }) {
  return `SELECT ${head(exposedUser(users), items, 1)}, 'checkout' AS flag, if(${exposedUser(users)} % 2 = 0, 'a', 'b') AS variant, toUUID('${iterationId}') AS iteration_id FROM ${numbers}`;
}

export function eventRows(numbers, { items, users }) {
  return `SELECT ${head(actingUser(users), items, 2)}, if(${isPurchase}, 'purchase', 'visit') AS event, if(${isPurchase}, (${cents}) / 100, 0) AS value FROM ${numbers}`;
}
