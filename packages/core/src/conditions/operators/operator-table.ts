import type { Operator } from '../../definitions/condition.ts';
import { contains, endsWith, startsWith } from './affixes.ts';
import { after, before } from './date-order.ts';
import { equals } from './equals.ts';
import { inCidr } from './in-cidr.ts';
import { containsAll, containsAny } from './list-sets.ts';
import type { PrepareMatcher } from './matcher.ts';
import { matches } from './matches.ts';
import { between, greaterOrEqual, greaterThan, lessOrEqual, lessThan } from './number-order.ts';
import { semverEquals, semverGreater, semverGreaterOrEqual, semverLess, semverLessOrEqual } from './version-order.ts';
import { semverInRange } from './version-range.ts';

/** How an operator treats a value of a context. */
export type OperatorKind =
  /** A list holds if any element does; the not-form if none does. */
  | { readonly takes: 'scalar'; readonly prepare: PrepareMatcher; readonly negated: boolean }
  | { readonly takes: 'list'; readonly prepare: PrepareMatcher }
  | { readonly takes: 'presence'; readonly negated: boolean };

function scalar(prepare: PrepareMatcher): OperatorKind {
  return { takes: 'scalar', prepare, negated: false };
}

function notForm(prepare: PrepareMatcher): OperatorKind {
  return { takes: 'scalar', prepare, negated: true };
}

export const operatorTable: Readonly<Record<Operator, OperatorKind>> = {
  equals: scalar(equals),
  notEquals: notForm(equals),
  in: scalar(equals),
  notIn: notForm(equals),
  contains: scalar(contains),
  notContains: notForm(contains),
  startsWith: scalar(startsWith),
  notStartsWith: notForm(startsWith),
  endsWith: scalar(endsWith),
  notEndsWith: notForm(endsWith),
  matches: scalar(matches),
  lessThan: scalar(lessThan),
  lessOrEqual: scalar(lessOrEqual),
  greaterThan: scalar(greaterThan),
  greaterOrEqual: scalar(greaterOrEqual),
  between: scalar(between),
  before: scalar(before),
  after: scalar(after),
  semverEquals: scalar(semverEquals),
  semverLess: scalar(semverLess),
  semverLessOrEqual: scalar(semverLessOrEqual),
  semverGreater: scalar(semverGreater),
  semverGreaterOrEqual: scalar(semverGreaterOrEqual),
  semverInRange: scalar(semverInRange),
  inCidr: scalar(inCidr),
  exists: { takes: 'presence', negated: false },
  notExists: { takes: 'presence', negated: true },
  containsAny: { takes: 'list', prepare: containsAny },
  containsAll: { takes: 'list', prepare: containsAll },
};

/** Whether text names an operator that this version knows. */
export function isOperator(text: unknown): text is Operator {
  return typeof text === 'string' && Object.hasOwn(operatorTable, text);
}
