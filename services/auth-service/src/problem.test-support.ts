import { expect } from 'vitest';
import type { ProblemCode } from '@stitchd/core';
import { problemOf } from '@stitchd/service-kit';

/** Waits for a refusal and checks its code. @returns the problem */
export async function expectRefusal(code: ProblemCode, call: Promise<unknown>) {
  const outcome = await call.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ problem: problemOf(error) }),
  );
  if ('answer' in outcome) throw new Error(`expected ${code}, got an answer: ${JSON.stringify(outcome.answer)}`);
  expect(outcome.problem.code, outcome.problem.detail).toBe(code);
  return outcome.problem;
}
