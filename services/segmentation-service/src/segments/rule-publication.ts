import { referencesOf, type Condition, type RuleSegmentDefinition } from '@stitchd/core';
import type { Publication } from '@stitchd/db/platform';
import type { SegmentRow } from '@stitchd/db/segment';

/** What a rule segment publishes: its definition, and to whom it refers. */
export function rulePublication(segment: SegmentRow): Publication {
  const definition: RuleSegmentDefinition = { key: segment.key, type: 'rule', when: conditionOf(segment) };
  return {
    upsert: [{ kind: 'segment', id: segment.id, body: JSON.stringify(definition) }],
    references: [{ from: { kind: 'segment', key: segment.key }, to: referencesOf(definition) }],
  };
}

function conditionOf({ condition, key }: SegmentRow): Condition {
  if (condition === null) throw new Error(`the rule segment ${key} has a condition`);
  return condition;
}
