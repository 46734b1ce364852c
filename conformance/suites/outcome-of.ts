import type { Entity, EvaluationDetails, JsonValue } from '@stitchd/core';
import type { FixtureEntity, Outcome } from '../runner/evaluation-fixture.ts';

/** A fixture's definitions as they are published. */
export function entitiesOf(definitions: readonly FixtureEntity[]): readonly Entity[] {
  return definitions.map(({ body, ...entity }) => ({ ...entity, body: JSON.stringify(body) }));
}

/** Details of an evaluation in JSON. */
export function outcomeOf({ value, variant, reason, errorCode, metadata }: EvaluationDetails): Outcome {
  const facts = Object.entries(metadata).filter((fact): fact is [string, JsonValue] => fact[1] !== undefined);
  return {
    value,
    variant: variant ?? null,
    reason,
    ...(errorCode !== undefined && { errorCode }),
    metadata: Object.fromEntries(facts),
  };
}
