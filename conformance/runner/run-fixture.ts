import type { Adapter } from './adapter.ts';
import type { EvaluationFixture } from './evaluation-fixture.ts';
import { outcomeDifference } from './outcome-difference.ts';

export interface FixtureReport {
  /** Cases whose outcome was compared. */
  readonly compared: number;
  /** One line for each case whose outcome differs. */
  readonly differences: readonly string[];
  /** By reason: ids of the cases that can't be asked this way. */
  readonly notAsked: Readonly<Record<string, readonly string[]>>;
}

/** Puts an adapter through one fixture: all its cases, whatever the earlier ones gave. */
export async function runFixture(fixture: EvaluationFixture, adapter: Adapter): Promise<FixtureReport> {
  const differences: string[] = [];
  const notAsked: Record<string, string[]> = {};
  let compared = 0;
  await adapter.load(fixture.definitions);
  for (const { id, says, expect, ...question } of fixture.cases) {
    const why = adapter.cannotAsk?.(question, fixture.definitions);
    if (why !== undefined) {
      (notAsked[why] ??= []).push(id);
      continue;
    }
    compared++;
    const actual = await adapter.evaluate(question);
    const difference = outcomeDifference(adapter.asTold?.(expect, question) ?? expect, actual);
    if (difference !== undefined) differences.push(`${id} (${says}): ${difference}`);
  }
  return { compared, differences, notAsked };
}
