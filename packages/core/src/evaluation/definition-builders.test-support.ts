import type { Condition } from '../definitions/condition.ts';
import type { Entity } from '../definitions/entity.ts';
import type { FlagDefinition } from '../definitions/flag.ts';
import type { JsonValue } from '../definitions/json-value.ts';
import type { SegmentDefinition } from '../definitions/segment.ts';
import type { HoldoutDefinition, Split } from '../definitions/split.ts';
import { compileDefinitions } from './compile-definitions.ts';
import type { CompiledDefinitions } from './compiled-definitions.ts';

/** A boolean flag with variants on and off that is enabled and serves `on`, changed as the test needs. */
export function flagOf(key: string, changes: Partial<FlagDefinition> = {}): FlagDefinition {
  return {
    key,
    type: 'boolean',
    archived: false,
    clientVisible: false,
    variants: [
      { key: 'on', value: true },
      { key: 'off', value: false },
    ],
    enabled: true,
    offVariant: 'off',
    prerequisites: [],
    targets: [],
    rules: [],
    defaultServe: { variant: 'on' },
    ...changes,
  };
}

/** A flag that serves `on` by one rule and `off` otherwise. */
export function flagWhen(key: string, when: Condition, changes: Partial<FlagDefinition> = {}): FlagDefinition {
  return flagOf(key, { rules: [{ id: 'rule', when, serve: { variant: 'on' } }], defaultServe: { variant: 'off' }, ...changes });
}

/** A split that gives `on` to the lower half of the buckets and `off` to the upper. */
export function splitOf(changes: Partial<Split> = {}): Split {
  return {
    id: 'split',
    contextKind: 'user',
    salt: '0123456789abcdef',
    ranges: [
      { variant: 'on', from: 0, to: 50_000 },
      { variant: 'off', from: 50_000, to: 100_000 },
    ],
    ...changes,
  };
}

export function entityOf(kind: string, body: { readonly key: string } | FlagDefinition, revision = 1n): Entity {
  return { kind, id: body.key, revision, body: JSON.stringify(body) };
}

/** Definitions of flags, segments and holdouts. */
export function definitionsOf(
  flags: readonly FlagDefinition[],
  others: { readonly segments?: readonly SegmentDefinition[]; readonly holdouts?: readonly HoldoutDefinition[] } = {},
): CompiledDefinitions {
  const entities = [
    ...flags.map((flag) => entityOf('flag', flag)),
    ...(others.segments ?? []).map((segment) => entityOf('segment', segment)),
    ...(others.holdouts ?? []).map((holdout) => entityOf('holdout', holdout)),
  ];
  return compileDefinitions(entities, 7);
}

/** A condition over an attribute of the user. */
export function whenAttribute(attribute: string, op: string, ...values: JsonValue[]): Condition {
  return { attribute, op, values } as Condition;
}
