import { exactShareText } from '../parts/numbers.ts';
import type { Schemas } from '@stitchd/rest-client';
import { jsonText } from '../parts/json-text.ts';

type Condition = Schemas['Condition'];
type Serve = Schemas['Serve'];

/** How each operator reads between an attribute and its values. */
const words: Readonly<Record<string, string>> = {
  equals: 'is',
  notEquals: 'is set and is not',
  in: 'is one of',
  notIn: 'is set and is none of',
  contains: 'contains',
  notContains: 'is set and does not contain',
  startsWith: 'begins with',
  notStartsWith: 'is set and does not begin with',
  endsWith: 'ends with',
  notEndsWith: 'is set and does not end with',
  matches: 'matches',
  notMatches: 'is set and does not match',
  lessThan: 'is less than',
  lessOrEqual: 'is at most',
  greaterThan: 'is greater than',
  greaterOrEqual: 'is at least',
  between: 'is between',
  before: 'is before',
  after: 'is after',
  exists: 'is set',
  notExists: 'is not set',
};

/** A condition in plain words. */
export function conditionSentence(condition: Condition): string {
  if ('all' in condition) return condition.all.length === 0 ? 'always' : condition.all.map(inner).join(' and ');
  if ('any' in condition) return condition.any.length === 0 ? 'never' : condition.any.map(inner).join(' or ');
  if ('not' in condition) return `not (${conditionSentence(condition.not)})`;
  if ('inSegment' in condition) return `in segment ${condition.inSegment}`;
  if ('flagIs' in condition) return `flag ${condition.flagIs.flag} is ${condition.flagIs.variants.join(' or ')}`;
  const attribute = condition.kind === undefined ? condition.attribute : `${condition.kind} ${condition.attribute}`;
  const values = (condition.values ?? []).map((value) => (typeof value === 'string' ? value : jsonText(value))).join(', ');
  return `${attribute} ${words[condition.op] ?? condition.op} ${values}`.trim();
}

function inner(condition: Condition): string {
  const isGroup = ('all' in condition && condition.all.length > 1) || ('any' in condition && condition.any.length > 1);
  return isGroup ? `(${conditionSentence(condition)})` : conditionSentence(condition);
}

const milliPercentPerPercent = 1_000;

export interface Share {
  readonly variant: string;
  readonly percent: number;
}

/** What a serve gives: one variant, or shares. */
export function sharesOf(serve: Serve): readonly Share[] {
  if ('variant' in serve) return [{ variant: serve.variant, percent: 100 }];
  const sums = new Map<string, number>();
  for (const { variant, from, to } of serve.split.ranges ?? []) sums.set(variant, (sums.get(variant) ?? 0) + (to - from));
  return [...sums].map(([variant, weight]) => ({ variant, percent: weight / milliPercentPerPercent }));
}

export function serveSentence(serve: Serve): string {
  const shares = sharesOf(serve);
  if ('variant' in serve) return serve.variant;
  const unit = serve.split.attribute ?? serve.split.contextKind;
  return `${shares.map(({ variant, percent }) => `${variant} to ${exactShareText(percent / 100)}`).join(', ')} by ${unit}`;
}
