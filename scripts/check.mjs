// Checks the repository without running its tests: node scripts/check.mjs [names of steps]
// All steps run whatever fails; the output of those that failed comes at the end.
import { availableParallelism } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { runSteps } from './check/run-steps.mjs';
import { stepsOf } from './check/steps.mjs';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const all = stepsOf(root);
const names = process.argv.slice(2);
const unknown = names.filter((name) => !all.some((step) => step.name === name));

/** @param {import('./check/run-steps.mjs').Outcome} outcome */
function report({ step, kind, seconds }) {
  console.log(`${kind.padEnd(8)} ${step.name.padEnd(12)} ${seconds.toFixed(1).padStart(6)} s   ${step.proves}`);
}

async function check() {
  const startedMs = Date.now();
  const outcomes = await runSteps(names.length === 0 ? all : all.filter((step) => names.includes(step.name)), {
    root,
    places: Math.min(availableParallelism(), 4),
    nowMs: Date.now,
    report,
  });
  const failed = outcomes.filter((outcome) => outcome.kind !== 'passed');
  for (const { step, output } of failed) console.log(`\n—— ${step.name}: node ${step.command.join(' ')}\n${output.trimEnd()}`);
  const seconds = ((Date.now() - startedMs) / 1000).toFixed(1);
  const ending = failed.length === 0 ? '' : `: ${failed.map((outcome) => outcome.step.name).join(', ')}`;
  console.log(`${failed.length === 0 ? '' : '\n'}${outcomes.length} checks in ${seconds} s, ${failed.length} failed${ending}`);
  return failed.length === 0 ? 0 : 1;
}

if (unknown.length > 0) {
  console.error(`No such check: ${unknown.join(', ')}. There are: ${all.map((step) => step.name).join(', ')}.`);
  process.exitCode = 2;
} else {
  process.exitCode = await check();
}
