import { evaluate } from '@stitchd/core';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pools } from '../random/random-conditions.ts';
import { randomDefinitions } from '../random/random-definitions.ts';
import { randomMemberships, randomSubject, type RandomSubject } from '../random/random-questions.ts';
import type { EvaluationCase, EvaluationFixture, FixtureEntity, Question } from '../runner/evaluation-fixture.ts';
import { runFixture } from '../runner/run-fixture.ts';
import { coreAdapter } from './core-adapter.ts';
import { startSurfaces, type Surfaces } from './surfaces.ts';

/** How many rulesets, and from which seed: a failure prints both, and the ruleset at its smallest. */
const defaultRuns = 12;
const numRuns = Number(process.env['STITCHD_TEST_RULESETS'] ?? defaultRuns);
const seed = Number(process.env['STITCHD_TEST_SEED'] ?? 20_260_128);
const limitMs = Math.max(120_000, numRuns * 5_000);

let surfaces: Surfaces;
beforeAll(async () => void (surfaces = await startSurfaces()));
afterAll(() => surfaces.stop());

/** A fixture of what the evaluator itself says of each flag for each subject. */
async function fixtureOf(
  definitions: readonly FixtureEntity[],
  subjects: readonly RandomSubject[],
  memberships: NonNullable<Question['memberships']>,
): Promise<EvaluationFixture> {
  const core = coreAdapter({ evaluate, contextOf: (context) => context });
  await core.load(definitions);
  const cases: EvaluationCase[] = [];
  for (const [index, subject] of subjects.entries()) {
    for (const flag of [...pools.flags, 'absent']) {
      const question = { ...subject, memberships, flag, default: "the caller's default" };
      const says = JSON.stringify(question);
      cases.push({ ...question, id: `${index} ${flag}`, says, expect: await core.evaluate(question) });
    }
  }
  return { name: 'random', title: 'random', definitions, cases };
}

test(
  'SDKs for servers and browsers, OFREP, the preview and values for browsers answer random rulesets as the evaluator does',
  async () => {
    const outcomes = new Set<string>();
    const subjects = fc.array(randomSubject, { minLength: 3, maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(randomDefinitions, subjects, randomMemberships, async (definitions, asked, memberships) => {
        const fixture = await fixtureOf(definitions, asked, memberships);
        for (const { expect: expected } of fixture.cases) {
          for (const told of [expected.errorCode ?? expected.reason, ...Object.keys(expected.metadata)]) outcomes.add(told);
        }
        for (const [way, adapter] of Object.entries(surfaces.adapters)) {
          const { differences } = await runFixture(fixture, adapter);
          expect(differences, way).toEqual([]);
        }
      }),
      // A failure is told, with the smallest ruleset so far, before the test itself runs out of time.
      { numRuns, seed, interruptAfterTimeLimit: limitMs - 20_000, markInterruptAsFailure: true },
    );
    // Rulesets of which all answers were alike would prove little.
    const reasons = ['STATIC', 'DEFAULT', 'TARGETING_MATCH', 'SPLIT', 'DISABLED', 'FLAG_NOT_FOUND'];
    const facts = ['ruleId', 'iterationId', 'enrolled', 'sticky', 'holdout', 'prerequisiteFailed', 'unitMissing', 'degraded'];
    if (numRuns >= defaultRuns) expect([...reasons, ...facts].filter((outcome) => !outcomes.has(outcome))).toEqual([]);
  },
  limitMs,
);
