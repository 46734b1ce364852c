import { spawnSync } from 'node:child_process';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { runSteps, type Outcome } from './run-steps.mjs';
import type { Step } from './steps.mjs';

const step = (name: string, code: string, after?: readonly string[]): Step => ({
  name,
  proves: '',
  command: ['-e', code],
  ...(after && { after }),
});
const passing = (name: string, after?: readonly string[]): Step => step(name, '', after);
const failing = (name: string): Step => step(name, "console.error('broken'); process.exit(3)");

async function run(steps: readonly Step[], places = 2) {
  const reported: Outcome[] = [];
  const outcomes = await runSteps(steps, {
    root: os.tmpdir(),
    places,
    nowMs: Date.now,
    report: (outcome) => reported.push(outcome),
  });
  expect(reported).toEqual(outcomes);
  return Object.fromEntries(outcomes.map((outcome) => [outcome.step.name, outcome]));
}

test('All steps run whatever fails, and a failure keeps its output', async () => {
  const outcomes = await run([failing('a'), passing('b'), passing('c')]);
  expect(outcomes['a']).toMatchObject({ kind: 'failed', output: 'broken\n' });
  expect([outcomes['b']?.kind, outcomes['c']?.kind]).toEqual(['passed', 'passed']);
});

test('A step begins after those that it waits for have passed', async () => {
  const outcomes = await run([passing('b', ['a']), passing('a')], 1);
  expect(Object.keys(outcomes)).toEqual(['a', 'b']);
});

test('A step whose predecessor failed is not run, and neither is one that waits for it', async () => {
  const outcomes = await run([failing('a'), passing('b', ['a']), passing('c', ['b'])]);
  expect([outcomes['b']?.kind, outcomes['c']?.kind]).toEqual(['not run', 'not run']);
});

test('A step that is run alone does not wait', async () => {
  expect((await run([passing('b', ['a'])]))['b']?.kind).toBe('passed');
});

test('A name that is no step is refused with the names that are', () => {
  const program = fileURLToPath(new URL('../check.mjs', import.meta.url));
  const result = spawnSync(process.execPath, [program, 'no-such-step'], { encoding: 'utf8', cwd: path.dirname(program) });
  expect(result.status).toBe(2);
  expect(result.stderr).toMatch(/no-such-step.*types, lint/);
});
