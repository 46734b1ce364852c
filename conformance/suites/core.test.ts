import { createContextHandle, evaluate, evaluateWithTrace } from '@stitchd/core';
import { expect, test } from 'vitest';
import type { EvaluationFixture } from '../runner/evaluation-fixture.ts';
import { readEvaluationFixtures } from '../runner/evaluation-fixture.ts';
import { runFixture } from '../runner/run-fixture.ts';
import { coreAdapter } from './core-adapter.ts';

const fixtures = readEvaluationFixtures();

async function differences(fixture: EvaluationFixture, ways: Parameters<typeof coreAdapter>[0]) {
  const report = await runFixture(fixture, coreAdapter(ways));
  expect(report.compared).toBe(fixture.cases.length);
  return report.differences;
}

test('There are at least 400 cases, each with an id of its own', () => {
  const ids = fixtures.flatMap(({ cases }) => cases.map(({ id }) => id));
  expect(ids.length).toBeGreaterThanOrEqual(400);
  expect(new Set(ids).size).toBe(ids.length);
});

test.each(fixtures)('The evaluator agrees with $name', async (fixture) => {
  expect(await differences(fixture, { evaluate, contextOf: (context) => context })).toEqual([]);
});

test.each(fixtures)('A context handle makes no difference to $name', async (fixture) => {
  expect(await differences(fixture, { evaluate, contextOf: createContextHandle })).toEqual([]);
});

test.each(fixtures)('A trace makes no difference to $name', async (fixture) => {
  const traced: typeof evaluate = (...question) => evaluateWithTrace(...question).details;
  expect(await differences(fixture, { evaluate: traced, contextOf: (context) => context })).toEqual([]);
});

test('A runner finds a wrong value, variant, reason, error and fact', async () => {
  const [fixture] = fixtures.filter(({ name }) => name.endsWith('split-experiments'));
  if (fixture === undefined) throw new Error('the fixture is gone');
  const right = coreAdapter({ evaluate, contextOf: (context) => context });
  for (const wrong of [{ value: 'x' }, { variant: null }, { reason: 'STATIC' }, { errorCode: 'GENERAL' }, { metadata: {} }]) {
    const adapter = {
      ...right,
      evaluate: async (question: Parameters<typeof right.evaluate>[0]) => ({ ...(await right.evaluate(question)), ...wrong }),
    };
    const report = await runFixture(fixture, adapter);
    expect(report.differences.length, JSON.stringify(wrong)).toBe(fixture.cases.length);
  }
});
