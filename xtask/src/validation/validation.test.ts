import { expect, test } from 'vitest';
import { chunksOf, runChunk } from './chunks.ts';
import { failuresOf, judge } from './judged.ts';
import { plotsOf } from './report/plots.ts';
import { trustPage } from './report/trust-page.ts';
import { binomialBand, isInBand, shareFigure } from './study.ts';

test('in a short run of simulated experiments every figure is within its band', () => {
  const chunks = chunksOf('fast');
  const results = chunks.map(runChunk);
  const judged = judge(chunks, results, 'fast');
  expect(failuresOf(judged)).toEqual([]);
  const page = trustPage(judged, { startedAt: new Date(0), processorSeconds: 1 });
  for (const { study } of judged) expect(page).toContain(`## ${study.title}`);
  for (const [name, plot] of plotsOf(judged)) {
    expect(page).toContain(`trust/${name}`);
    expect(plot).not.toContain('NaN');
    expect(plot).toMatch(/<title id=.*>.+<\/title>\n<desc id=.*>.+<\/desc>/);
    expect(plot).toContain('prefers-color-scheme: dark');
  }
});

test('a figure outside of its band is a failure, by name, and so is one that is no number', () => {
  const wrong = shareFigure('false alarms', 80, 1000, { high: 0.055 });
  expect(isInBand(wrong, 'full')).toBe(false);
  expect(isInBand(wrong, 'fast')).toBe(true);
  expect(isInBand(shareFigure('false alarms', 120, 1000, { high: 0.055 }), 'fast')).toBe(false);
  expect(isInBand({ ...wrong, value: Number.NaN }, 'fast')).toBe(false);
  const study = { key: 'key', title: 'Looks', explanation: '', cells: [] };
  const cells = [{ name: 'no effect', replications: 1000, figures: [{ ...wrong, isInBand: false }] }];
  expect(failuresOf([{ study, cells }])).toEqual(['Looks, no effect: false alarms is 0.08000, not within −∞ … 0.055']);
  expect(trustPage([{ study, cells }], { startedAt: new Date(0), processorSeconds: 1 })).toContain('**outside**');
});

test('ten thousand experiments at 5 % stay between 4.4 and 5.6 % in 99 of 100 runs', () => {
  const { low, high } = binomialBand(0.05, 10_000);
  expect(low).toBeCloseTo(0.0444, 4);
  expect(high).toBeCloseTo(0.0556, 4);
});
