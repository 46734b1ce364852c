// Makes a fresh clone ready: node scripts/bootstrap.mjs [build]
// Installs the dependencies when they changed, and with `build` compiles what changed. Plain Node, without dependencies: it
// runs before there are any. This file keeps to old syntax, so that an old Node gets as far as the message.
import { nodeVersionProblem } from './bootstrap/node-version.mjs';

const problem = nodeVersionProblem(process.version, process.execPath);
if (problem !== undefined) {
  console.error(problem);
  process.exit(1);
}
const { bootstrap } = await import('./bootstrap/bootstrap.mjs');
process.exitCode = await bootstrap({ build: process.argv.includes('build') });
