import { formatNumber } from './format-number.mjs';

const headings = ['measure', 'ours', 'reference', 'ratio', 'goal', 'met'];

/** @param {import('./benchmark.d.ts').Row} row @returns {readonly string[]} */
function cellsOf(row) {
  const reference =
    row.reference === undefined ? '' : `${formatNumber(row.reference)} ${row.unit} (${row.referenceName ?? 'reference'})`;
  return [
    row.measure,
    `${formatNumber(row.ours)} ${row.unit}`,
    reference,
    row.ratio === undefined ? '' : `${formatNumber(row.ratio)}x`,
    row.goal ?? '',
    row.met === undefined ? '' : row.met ? 'yes' : '**no**',
  ];
}

/** @param {readonly (readonly string[])[]} rows */
export function renderTable(rows) {
  const [head = [], ...body] = rows;
  return [head, head.map(() => '---'), ...body].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/**
 * A benchmark's part of bench/RESULTS.md.
 *
 * @param {Pick<import('./benchmark.d.ts').Benchmark, 'name' | 'title'>} benchmark
 * @param {import('./benchmark.d.ts').BenchmarkResult} result
 * @param {{ readonly machine: string, readonly quick: boolean, readonly seconds: number }} run
 */
export function renderSection({ name, title }, { rows, notes = [] }, { machine, quick, seconds }) {
  const command = `\`npm run bench -- ${name}${quick ? ' --quick' : ''}\``;
  return [
    `## ${title}`,
    `${machine}; ${command}, ${seconds.toFixed(0)} s.`,
    renderTable([headings, ...rows.map(cellsOf)]),
    ...notes,
  ].join('\n\n');
}
