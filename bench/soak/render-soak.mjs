import { formatNumber } from '../frame/format-number.mjs';
import { median } from '../frame/median.mjs';
import { renderTable } from '../frame/render-section.mjs';
import { theilSenSlope } from './theil-sen.mjs';

/** What memory may grow by in the run, after its first sixth, and still be called flat: of its median, and at least so many MiB. */
const flat = { share: 0.1, mebibytes: 10 };

/**
 * @param {{
 *   machine: string, minutes: number, share: number,
 *   peak: { acceptedPerSecond: number, itemsPerSecond: number },
 *   result: Awaited<ReturnType<typeof import('./soak.mjs').soak>>,
 * }} run
 */
export function renderSoak({ machine, minutes, share, peak, result }) {
  const { sent, accepted, refused, late, stored, samples, latenciesMs, caughtUpMs } = result;
  const reached = sent / (minutes * 60) / peak.itemsPerSecond;
  const warm = samples.filter(({ minute }) => minute >= minutes / 6);
  const span = (warm.at(-1)?.minute ?? 0) - (warm[0]?.minute ?? 0);
  const rows = [...(warm[0]?.memory.keys() ?? [])].map((name) => {
    const points = warm.map(({ minute, memory }) => /** @type {const} */ ([minute, memory.get(name) ?? 0]));
    const sizes = points.map(([, size]) => size);
    const grown = theilSenSlope(points) * span;
    const allowed = Math.max(flat.mebibytes, flat.share * median(sizes));
    const figures = [sizes[0] ?? 0, median(sizes), Math.max(...sizes), sizes.at(-1) ?? 0].map((size) => `${size.toFixed(0)}`);
    return [name, ...figures, `${grown >= 0 ? '+' : ''}${grown.toFixed(1)}`, grown <= allowed ? 'yes' : '**no**'];
  });
  const sorted = latenciesMs.toSorted((a, b) => a - b);
  const quantile = (/** @type {number} */ q) => sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? 0;
  const waiting = samples.map((sample) => sample.waiting);
  return [
    '## Soak: memory under a steady load',
    `${machine}; \`npm run x -- soak --minutes ${minutes} --share ${share}\`.`,
    `Peak in the same run: ${formatNumber(peak.itemsPerSecond)} items/s from the first one sent to the last one stored (accepted at ${formatNumber(peak.acceptedPerSecond)}/s). Then ${minutes} minutes at ${share} of it (reached: ${reached.toFixed(2)}; behind by more than it may have under way at ${late} looks of 5 ms), in batches of 100, with every service and engine in a process of its own and the load on the same processors.`,
    `${sent} items sent, ${accepted} accepted, ${refused} batches refused or not answered, ${stored} in ClickHouse, each once: ${storedText(accepted, stored)}. Answers took ${quantile(0.5)} ms (median), ${quantile(0.99)} ms (99 %). At most ${Math.max(0, ...waiting)} items waited, ${median(waiting)} at the median; ${formatNumber(caughtUpMs / 1_000)} s after the end none did.`,
    renderTable([['process', 'MiB after a sixth', 'median', 'most', 'at the end', 'growth by slope', 'flat'], ...rows]),
    `Memory is the proportional set size. The slope is Theil–Sen's over the samples after the first sixth of the run; flat is a growth of at most ${flat.share * 100} % of the median or ${flat.mebibytes} MiB over them.`,
  ].join('\n\n');
}

/**
 * Items are counted, not compared by name: only without unanswered batches do equal numbers mean that none is lost.
 * @param {number} accepted @param {number} stored
 */
function storedText(accepted, stored) {
  if (stored < accepted) return `${accepted - stored} lost`;
  return stored === accepted
    ? '0 lost'
    : `${stored - accepted} more, of batches whose answer was not heard, which may hide lost ones`;
}
