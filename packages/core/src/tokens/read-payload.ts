import { isPlainObject, ownValue, type PlainObject } from '../context/plain-object.ts';
import { parseContext } from '../validation/parse-context.ts';
import { tokenLimits } from './token-limits.ts';
import type { TokenAssignment, TokenPayloads, TokenPurpose } from './token-payload.ts';

type Unread = { readonly [name: string]: unknown };

const isText = (value: unknown): value is string => typeof value === 'string' && value.length <= tokenLimits.textLength;

/** An object of at most `most` members that all pass; without a prototype, since its names come from elsewhere. */
function recordOf<Value>(
  input: unknown,
  most: number,
  passes: (value: unknown) => value is Value,
): Record<string, Value> | undefined {
  if (!isPlainObject(input)) return undefined;
  const entries = Object.entries(input);
  if (entries.length > most) return undefined;
  const record = Object.create(null) as Record<string, Value>;
  for (const [name, value] of entries) {
    if (!isText(name) || !passes(value)) return undefined;
    record[name] = value;
  }
  return record;
}

function isAssignment(value: unknown): value is TokenAssignment {
  return Array.isArray(value) && value.length === 3 && value.every(isText);
}

const readers: {
  readonly [Purpose in TokenPurpose]: (body: Unread) => Omit<TokenPayloads[Purpose], 'v' | 'env' | 'exp'> | undefined;
} = {
  assignments(body) {
    const units = recordOf(body['units'], tokenLimits.units, isText);
    // Their number is limited by the length of the token.
    const a = recordOf(body['a'], Number.POSITIVE_INFINITY, isAssignment);
    if (units === undefined || a === undefined) return undefined;
    return body['anonymous'] === true ? { units, a, anonymous: true } : { units, a };
  },
  overrides(body) {
    const flags = recordOf(body['flags'], tokenLimits.overrides, isText);
    return flags && { flags };
  },
  context(body) {
    const context = parseContext(body['context']);
    return context.kind === 'ok' ? { context: context.value } : undefined;
  },
  changes({ key }) {
    return isText(key) && /^[0-9a-f]{64}$/.test(key) ? { key } : undefined;
  },
};

/** What a token says; `undefined` where it says nothing that can be read. Never throws. */
export function readPayload<Purpose extends TokenPurpose>(
  purpose: Purpose,
  body: PlainObject,
): TokenPayloads[Purpose] | undefined {
  const env = ownValue(body, 'env');
  const exp = ownValue(body, 'exp');
  if (ownValue(body, 'v') !== 1 || !isText(env) || typeof exp !== 'number') return undefined;
  const own: Unread = Object.assign(Object.create(null) as Unread, body);
  const read = readers[purpose](own);
  return read && ({ v: 1, env, exp, ...read } as unknown as TokenPayloads[Purpose]);
}
