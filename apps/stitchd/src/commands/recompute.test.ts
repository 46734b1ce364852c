import { createHash, randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { canonicalJson } from '@stitchd/core';
import { analyse, bundleOf, type AnalysisInputs } from '@stitchd/stats-service';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import {
  conversion,
  lookAt,
  shares,
  values,
} from '../../../../services/stats-service/src/analysis/analysis-inputs.test-support.ts';
import { recompute } from './recompute.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'stitchd-bundle-'));
});
afterEach(() => vi.restoreAllMocks());
afterAll(() => rmSync(folder, { recursive: true }));

const snapshot = { flagKey: 'checkout', alpha: 0.05, arms: ['control', 'green'] };
const hash = createHash('sha256').update(canonicalJson(snapshot)).digest('hex');
const inputs: AnalysisInputs = {
  ...lookAt({
    settings: { snapshot, snapshotHash: hash, margins: { errors: 0.2 } },
    metrics: [
      [conversion('signup'), shares([500, 5_000], [650, 5_000])],
      [conversion('errors', 'guardrail', { direction: 'decrease', windowHours: 24 }), shares([900, 5_000], [910, 5_000])],
      [
        conversion('revenue', 'secondary', { type: 'sum' }),
        values(
          [
            [10, 3, 5_000],
            [10.1, 3, 5_000],
          ],
          [10, 10.05],
        ),
      ],
    ],
  }),
  engineVersion: '5',
};

/** A bundle as it comes out of the engine and off the wire; the value at the path is replaced, undefined takes it away. */
function file(at?: string, replaced: (value: number) => unknown = () => undefined): string {
  const bundle: unknown = JSON.parse(JSON.stringify(bundleOf(inputs, analyse(inputs))));
  const names = at?.split('.') ?? [];
  const last = names.pop();
  if (last === undefined) return write(JSON.stringify(bundle));
  const parent = names.reduce((value, name) => (value as Record<string, unknown>)[name], bundle) as Record<string, unknown>;
  parent[last] = replaced(parent[last] as number);
  return write(JSON.stringify(bundle));
}
function write(text: string): string {
  const name = path.join(folder, `${randomUUID()}.json`);
  writeFileSync(name, text);
  return name;
}

/** What was printed, and what it ended with. */
async function run(name: string, json = false): Promise<{ readonly out: string; readonly failure: unknown }> {
  const lines: string[] = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
  const failure: unknown = await recompute(name, { json }).catch((error: unknown) => error);
  return { out: lines.join(''), failure };
}

test('A bundle of the engine agrees, with every figure of every metric and arm beside its stored one', async () => {
  const { out, failure } = await run(file());
  expect(failure).toBeUndefined();
  expect(out).toContain('It agrees');
  expect(out).toContain('Decision: Ship green.');
  expect(out).not.toContain('DIFFERS');
  const json = JSON.parse((await run(file(), true)).out) as { readonly agrees: boolean; readonly figures: readonly object[] };
  expect(json).toMatchObject({ agrees: true, differences: [], changed: [], otherEngine: null });
  for (const metric of ['signup', 'errors', 'revenue'])
    for (const arm of ['control', 'green'])
      expect(json.figures).toContainEqual(expect.objectContaining({ metric, arm, figure: 'units', stored: 5_000, agrees: true }));
});

test('A figure that was changed is found by name, and so is that the results were touched', async () => {
  const changed = file('results.metrics.0.comparisons.0.effect.pValue', (value) => value * (1 + 1e-9));
  const { out, failure } = await run(changed);
  expect(failure).toMatchObject({ exitCode: 1 });
  expect(out).toContain('metrics.signup.comparisons.green.effect.pValue');
  expect(out).toMatch(/│ signup +│ green +│ p-value +│.+DIFFERS/);
  expect(out).toContain('The results were changed');
  const last = file('results.metrics.0.comparisons.0.effect.lift', (value) => value * (1 + 1e-14));
  expect(JSON.parse((await run(last, true)).out)).toMatchObject({ differences: [], changed: [expect.any(String)] });
});

test('Inputs that were changed give other results', async () => {
  const { out, failure } = await run(file('inputs.figures.metrics.0.matured.1.means.0', (value) => value + 0.001));
  expect(failure).toMatchObject({ exitCode: 1 });
  expect(out).toContain('The inputs were changed');
  expect(out).toContain('metrics.signup.arms.green.mean');
});

test('Settings that were changed no longer have their hash, also where no figure depends on them', async () => {
  const { out, failure } = await run(file('settings.snapshot.flagKey', () => 'another'));
  expect(failure).toMatchObject({ exitCode: 1 });
  expect(out).toContain('their hash is another one');
  expect(out).toContain('the bundle is not as it was made');
  const other = await run(file('settings', () => ({ snapshot: null, hash: '' })));
  expect(other.out).toContain('do not name the same hash');
});

test('What is no bundle is refused with the reason, and 2', async () => {
  const whole = JSON.stringify(bundleOf(inputs, analyse(inputs)));
  for (const [name, words] of [
    [write(whole.slice(0, whole.length / 2)), 'only the beginning'],
    [write('{"format":"other"}'), 'no bundle'],
    [file('version', () => 2), 'version 2; this program knows 1'],
    [file('inputs'), 'has no inputs'],
    [file('inputs.past'), 'have no past'],
    [file('inputs.figures', () => ({})), 'not those of a computation'],
    [path.join(folder, 'absent.json'), 'no such file'],
  ] as const) {
    const { out, failure } = await run(name);
    expect(failure).toMatchObject({ exitCode: 2, message: expect.stringContaining(words) });
    expect(out).toBe('');
  }
});

test('Another version of the engine is told', async () => {
  const older = { ...inputs, engineVersion: '1' };
  const { out } = await run(write(JSON.stringify(bundleOf(older, analyse(older)))));
  expect(out).toContain('Engine 1 made the bundle and this is 5');
});
