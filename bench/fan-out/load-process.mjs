// node load-process.mjs <contestant> <streams> <rounds> <sizes>: measures one contestant and prints the figures as JSON
import { measure } from './measure.mjs';

const [name = '', streams = '', rounds = '', sizes = ''] = process.argv.slice(2);
const measured = await measure(/** @type {import('./measure.mjs').Name} */ (name), {
  streams: Number(streams),
  rounds: Number(rounds),
  sizes: sizes.split(',').map(Number),
});
console.log(JSON.stringify({ ...measured, lastMs: Object.fromEntries(measured.lastMs) }));
