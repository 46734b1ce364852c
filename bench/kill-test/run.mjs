// Kills event-service, ClickHouse, or both, again and again while items come in, and then compares what was accepted with what
// is there: npm run x -- kill-test [--kills 100] [--seed 1]
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from '../frame/machine.mjs';
import { writeSection } from '../frame/results-file.mjs';
import { startProcesses } from '../items/product-processes.mjs';
import { compareItems } from './compare-items.mjs';
import { killAgainAndAgain } from './kill-again.mjs';
import { renderKills } from './render-kills.mjs';
import { startSenders } from './senders.mjs';

const { values } = parseArgs({
  options: { kills: { type: 'string', default: '100' }, seed: { type: 'string', default: '1' } },
});
const kills = Number(values.kills);
const seed = Number(values.seed);
if (!Number.isSafeInteger(kills) || kills < 1 || !Number.isSafeInteger(seed))
  throw new Error('--kills and --seed are whole numbers');

const machine = describeMachine();
const startedMs = Date.now();
const product = await startProcesses();
let failed = true;
try {
  const senders = startSenders(product);
  const done = await killAgainAndAgain(product, senders, { kills, seed });
  await senders.stop();
  const found = await compareItems(product, senders.accepted);
  const seconds = (Date.now() - startedMs) / 1_000;
  const section = renderKills({ machine, kills, seed, seconds, done, counts: senders.counts, found });
  console.log(section);
  if (kills >= 100) {
    const folder = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
    writeSection(path.join(folder, 'RESULTS.md'), 'kill-test', section);
  }
  failed = found.missing + found.strange + found.twice > 0 || found.counted !== senders.accepted.size;
} finally {
  await product.stop();
}
process.exit(failed ? 1 : 0);
