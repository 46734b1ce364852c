// Runs steps side by side, as many as there are places, each after those that it waits for.
import { spawn } from 'node:child_process';

/** @typedef {import('./steps.mjs').Step} Step */

/**
 * @typedef {object} Outcome
 * @property {Step} step
 * @property {'passed' | 'failed' | 'not run'} kind not run: a step that it waits for failed
 * @property {number} seconds
 * @property {string} output
 */

/**
 * @param {Step} step
 * @param {string} root
 * @param {() => number} nowMs
 * @returns {Promise<Outcome>}
 */
function run(step, root, nowMs) {
  const startedMs = nowMs();
  const child = spawn(process.execPath, step.command, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text));
  return new Promise((resolve) => {
    /** @param {boolean} passed */
    const end = (passed) => resolve({ step, kind: passed ? 'passed' : 'failed', seconds: (nowMs() - startedMs) / 1000, output });
    child.on('error', (error) => {
      output += error.message;
      end(false);
    });
    child.on('close', (exitCode) => end(exitCode === 0));
  });
}

/**
 * @param {readonly Step[]} steps in order of preference
 * @param {object} options
 * @param {string} options.root
 * @param {number} options.places how many run at once
 * @param {() => number} options.nowMs
 * @param {(outcome: Outcome) => void} options.report called as each step ends
 * @returns {Promise<readonly Outcome[]>} in the order in which they ended
 */
export async function runSteps(steps, { root, places, nowMs, report }) {
  const chosen = new Set(steps.map((step) => step.name));
  /** @type {Map<string, Outcome>} */
  const ended = new Map();
  /** @type {Map<string, Promise<void>>} */
  const running = new Map();
  let waiting = [...steps];

  /** @param {Outcome} outcome */
  const settle = (outcome) => {
    running.delete(outcome.step.name);
    ended.set(outcome.step.name, outcome);
    report(outcome);
  };
  // A step that was not chosen is taken to have passed: its output may be there from before.
  const waitsFor = (/** @type {Step} */ step) => (step.after ?? []).filter((name) => chosen.has(name));

  while (waiting.length > 0 || running.size > 0) {
    for (const step of waiting) {
      const before = waitsFor(step).map((name) => ended.get(name)?.kind);
      if (before.some((kind) => kind === 'failed' || kind === 'not run')) {
        settle({ step, kind: 'not run', seconds: 0, output: `waits for ${waitsFor(step).join(', ')}` });
      } else if (running.size < places && before.every((kind) => kind === 'passed')) {
        running.set(step.name, run(step, root, nowMs).then(settle));
      }
    }
    waiting = waiting.filter((step) => !running.has(step.name) && !ended.has(step.name));
    if (running.size > 0) await Promise.race(running.values());
  }
  return [...ended.values()];
}
