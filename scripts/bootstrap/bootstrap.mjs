import { realpathSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { adminBuild, typescriptBuild } from './builds.mjs';
import { install } from './install.mjs';
import { takeTurn } from './turn.mjs';

/**
 * A step that is done once for each state of its inputs.
 * @typedef {object} Step
 * @property {() => boolean} isDone
 * @property {() => number} run the exit status
 */

/**
 * Brings the checkout up to date and returns the exit status. Where nothing changed it only looks, which takes a tenth of a
 * second; else it waits for its turn, for two at once would spoil each other's files.
 *
 * @param {{ readonly build: boolean, readonly root?: string }} options
 * @returns {Promise<number>}
 */
export async function bootstrap({ build, root = resolve(dirname(fileURLToPath(import.meta.url)), '../..') }) {
  const checkout = realpathSync(root);
  /** @type {readonly ((root: string) => Step)[]} */
  const steps = build ? [install, typescriptBuild, adminBuild] : [install];
  // In this order: what a build needs is known only after the installation.
  if (steps.every((step) => step(checkout).isDone())) return 0;
  const endTurn = await takeTurn(checkout, (holder) =>
    console.log(`[stitchd] Waiting for another bootstrap here: process ${holder}.`),
  );
  try {
    for (const step of steps) {
      const current = step(checkout);
      const status = current.isDone() ? 0 : current.run();
      if (status !== 0) return status;
    }
    return 0;
  } finally {
    endTurn();
  }
}
