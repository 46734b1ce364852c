import type { Schemas } from '@stitchd/rest-client';
import Table from 'cli-table3';
import type { trueEffect } from './make-up-players.ts';
import type { StoredCounts } from './cookie-cats-experiment.ts';

type Results = Schemas['ExperimentResults'];
type Metric = Results['metrics'][number];

export interface DemoFacts {
  readonly players: number;
  readonly sent: StoredCounts;
  readonly stored: StoredCounts;
  readonly seconds: Readonly<Record<string, number>>;
  readonly itemsPerSecond: number;
  /** What is true of players that are made up. */
  readonly trueEffect?: typeof trueEffect;
  readonly results: Results;
}

/** The result page as tables for a terminal. */
export function resultTables(facts: DemoFacts): string {
  const { results } = facts;
  const parts = [
    countsTable(facts),
    armsTable(results),
    sampleRatioLine(results),
    metricsTable(results),
    ...(facts.trueEffect === undefined ? [] : [trueEffectTable(facts.trueEffect, results)]),
    `Fixed horizon: right for one look at the planned end. Intervals are of ${(1 - results.alpha) * 100} %.`,
    secondsLine(facts),
  ];
  return `${parts.join('\n\n')}\n`;
}

function countsTable({ sent, stored }: DemoFacts): string {
  const table = new Table({ head: ['', 'sent', 'stored'], style: plain, colAligns: ['left', 'right', 'right'] });
  table.push(['exposures', whole(sent.exposures), whole(stored.exposures)]);
  for (const [key, items] of Object.entries(sent.events)) table.push([key, whole(items), whole(stored.events[key] ?? 0)]);
  return table.toString();
}

function armsTable({ arms }: Results): string {
  const table = new Table({ head: ['arm', 'players', 'expected'], style: plain, colAligns: ['left', 'right', 'right'] });
  for (const { variant, units, expectedUnits } of arms)
    table.push([variant, whole(units), expectedUnits === null ? '–' : figure(expectedUnits, 1)]);
  return table.toString();
}

function sampleRatioLine({ health }: Results): string {
  const check = health.find((each) => each.check === 'sample-ratio');
  if (check === undefined || check.status === 'waiting') return 'Sample ratio: no players were exposed.';
  const shown = (label: string): string => figure(Number(check.figures.find((each) => each.label === label)?.value), 8);
  const words = check.status === 'ok' ? 'no mismatch by the test that allows many looks' : 'MISMATCH: do not use these results';
  return `Sample ratio: p = ${shown('Chi-square p-value, of one look')} (chi-square ${shown('Chi-square')}); ${words}.`;
}

function metricsTable({ metrics, baselineVariant }: Results): string {
  const table = new Table({
    head: ['metric', 'arm', `${baselineVariant}`, 'arm’s', 'difference', 'interval', 'p-value', 'lift'],
    style: plain,
    colAligns: ['left', 'left', 'right', 'right', 'right', 'right', 'right', 'right'],
  });
  for (const metric of metrics) for (const row of metricRows(metric, baselineVariant)) table.push(row);
  return table.toString();
}

function metricRows(metric: Metric, baseline: string): string[][] {
  if (metric.kind === 'failed') return [[metric.key, `failed: ${metric.failure.message}`, '', '', '', '', '', '']];
  const meanOf = (variant: string): string => show(metric.arms.find((arm) => arm.variant === variant)?.mean ?? null, 10);
  return metric.comparisons.map(({ variant, effect }) => [
    metric.key,
    variant,
    meanOf(baseline),
    meanOf(variant),
    show(effect.difference, 10),
    effect.interval === null ? '–' : `${figure(effect.interval.low, 10)} … ${figure(effect.interval.high, 10)}`,
    effect.pValue === null ? '–' : effect.pValue.toPrecision(8),
    effect.lift === null ? '–' : `${figure(effect.lift * 100, 5)} %`,
  ]);
}

function trueEffectTable(truth: NonNullable<DemoFacts['trueEffect']>, { metrics }: Results): string {
  const table = new Table({ head: ['metric', 'True effect', 'measured', 'interval', 'covers it'], style: plain });
  const effects = { retention_1: truth.retention1, retention_7: truth.retention7, rounds: truth.rounds } as const;
  for (const [key, { control, treatment }] of Object.entries(effects)) {
    const metric = metrics.find((each) => each.key === key);
    const found = metric?.kind === 'computed' ? metric.comparisons[0]?.effect : undefined;
    const effect = treatment - control;
    const interval = found?.interval ?? null;
    table.push([
      key,
      figure(effect, 4),
      show(found?.difference ?? null, 4),
      interval === null ? '–' : `${figure(interval.low, 4)} … ${figure(interval.high, 4)}`,
      interval === null ? '–' : interval.low <= effect && effect <= interval.high ? 'yes' : 'no',
    ]);
  }
  return `${table.toString()}\nAn interval of 95 % misses the true effect in one of twenty runs.`;
}

function secondsLine({ seconds, itemsPerSecond }: DemoFacts): string {
  const phases = Object.entries(seconds).map(([name, time]) => `${name} ${time.toFixed(1)} s`);
  return `${phases.join(', ')}; ${whole(itemsPerSecond)} items per second from evaluation to storage.`;
}

/** No colours: the output is read by scripts and pasted into issues, too. */
const plain = { head: [], border: [] };

function whole(value: number): string {
  return value.toLocaleString('en');
}

function figure(value: number, digits: number): string {
  return value.toFixed(digits);
}

function show(value: number | null, digits: number): string {
  return value === null ? '–' : figure(value, digits);
}
