import { readdirSync, readFileSync } from 'node:fs';
import type { EvaluationContext, FlagType, JsonValue } from '@stitchd/core';

/** An entity as a fixture holds it: `body` is what the rendered text means. */
export interface FixtureEntity {
  readonly kind: string;
  readonly id: string;
  readonly revision: number;
  readonly body: JsonValue;
}

/** What an evaluation answers, in JSON. */
export interface Outcome {
  readonly value: JsonValue;
  /** `null`: the caller's default. */
  readonly variant: string | null;
  readonly reason: string;
  readonly errorCode?: string;
  readonly metadata: { readonly [name: string]: JsonValue };
}

/** What is asked of an evaluator. */
export interface Question {
  readonly flag: string;
  /** Left out: no type is asked for. */
  readonly type?: FlagType;
  readonly default: JsonValue;
  readonly context: EvaluationContext;
  /** Milliseconds since 1970; left out: the time is not known, or does not matter. */
  readonly nowMs?: number;
  /** By segment: memberships in lists that are on the server only, as they were answered. */
  readonly memberships?: { readonly [segment: string]: boolean };
  /** The evaluation is on behalf of a client key. */
  readonly clientVisibleOnly?: boolean;
}

export interface EvaluationCase extends Question {
  readonly id: string;
  /** What the case shows. */
  readonly says: string;
  readonly expect: Outcome;
}

export interface EvaluationFixture {
  readonly name: string;
  readonly title: string;
  /** `null`: none have arrived yet. */
  readonly definitions: readonly FixtureEntity[] | null;
  readonly cases: readonly EvaluationCase[];
}

const folder = new URL('../evaluation/', import.meta.url);

/** All evaluation fixtures, in their order. */
export function readEvaluationFixtures(): readonly EvaluationFixture[] {
  const files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  return files.toSorted().map((file) => ({
    name: file.replace(/\.json$/, ''),
    ...(JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as Omit<EvaluationFixture, 'name'>),
  }));
}
