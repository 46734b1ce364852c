// Loads the product for a long time at a share of what it can, and looks whether its memory stays flat:
// npm run x -- soak [--minutes 60] [--share 0.5] [--peak-seconds 30]
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { describeMachine } from '../frame/machine.mjs';
import { writeSection } from '../frame/results-file.mjs';
import { startProcesses } from '../items/product-processes.mjs';
import { measurePeak } from './measure-peak.mjs';
import { renderSoak } from './render-soak.mjs';
import { soak } from './soak.mjs';

const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '60' },
    share: { type: 'string', default: '0.5' },
    'peak-seconds': { type: 'string', default: '30' },
  },
});
const minutes = Number(values.minutes);
const share = Number(values.share);
if (!(minutes > 0 && share > 0 && share <= 1)) throw new Error('--minutes is above 0, --share between 0 and 1');

const machine = describeMachine();
const product = await startProcesses();
let failed = true;
try {
  const peak = await measurePeak(product, Number(values['peak-seconds']) * 1_000);
  console.log(`peak ${Math.round(peak.itemsPerSecond)} items/s, from the first sent to the last one stored`);
  const result = await soak(product, { minutes, itemsPerSecond: peak.itemsPerSecond * share });
  const section = renderSoak({ machine, minutes, share, peak, result });
  console.log(section);
  // A short run tells nothing of an hour.
  if (minutes >= 10) {
    const folder = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
    writeSection(path.join(folder, 'RESULTS.md'), 'soak', section);
  }
  failed = result.lost !== 0 || result.refused !== 0;
} finally {
  await product.stop();
}
process.exit(failed ? 1 : 0);
