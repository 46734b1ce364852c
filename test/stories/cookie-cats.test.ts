import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { answered, createRestClient } from '@stitchd/rest-client';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { guideVerify } from '../support/guide-verify.ts';
import { modes, startProduct, type Product } from '../support/product.ts';
import { startWebhookReceiver, type WebhookReceiver } from '../support/webhook-receiver.ts';

const shared = path.resolve(fileURLToPath(new URL('../..', import.meta.url)), process.env['STITCHD_TEST_SHARED'] ?? '../shared');
const data = path.join(shared, 'data/cookie-cats/cookie_cats.csv');

interface Facts {
  readonly sent: object;
  readonly stored: object;
  readonly results: {
    readonly health: readonly {
      readonly check: string;
      readonly status: string;
      readonly figures: readonly { label: string; value: number }[];
    }[];
    readonly arms: readonly { readonly variant: string; readonly units: number }[];
    readonly metrics: readonly {
      readonly key: string;
      readonly arms: readonly { readonly mean: number }[];
      readonly comparisons: readonly { readonly effect: Effect }[];
    }[];
  };
}
interface Effect {
  readonly difference: number;
  readonly standardError: number;
  readonly degreesOfFreedom: number;
  readonly pValue: number;
  readonly interval: { readonly low: number; readonly high: number };
  readonly lift: number;
}

describe.each(modes)('%s', (mode) => {
  let product: Product;
  let webhook: WebhookReceiver;
  let webhookSecret: string;
  beforeAll(async () => {
    webhook = await startWebhookReceiver();
    const address = `127.0.0.1:${webhook.port}`;
    product = await startProduct({ mode, environment: { STITCHD_WEBHOOK_ALLOWED_HOSTS: address } });
    webhookSecret = await addWebhook(product, `http://${address}/`);
  });
  afterAll(async () => {
    await product?.stop();
    await webhook?.stop();
  });

  test.skipIf(!existsSync(data))(
    'Cookie Cats: 90,189 players through the SDK, the gateway and ClickHouse give the published figures to every digit',
    async () => {
      const ran = await product.run('demo', 'cookie-cats', '--data', data, '--json');
      expect(ran.code, ran.stdout).toBe(0);
      expect(ran.stderr).toContain('compute');
      const { sent, stored, results } = JSON.parse(ran.stdout) as Facts;
      expect(stored).toEqual(sent);
      expect(results.arms.map(({ variant, units }) => [variant, units])).toEqual([
        ['gate_30', 44_700],
        ['gate_40', 45_489],
      ]);
      // All of it is of the past and came at once.
      expect(results.health.find(({ check }) => check === 'late-data')).toMatchObject({ status: 'ok', figures: [] });
      const sampleRatio = results.health.find(({ check }) => check === 'sample-ratio')?.figures ?? [];
      const shown = (label: string) => sampleRatio.find((figure) => figure.label === label)?.value;
      expect(shown('Chi-square')).toBeCloseTo(6.902_404_95, 8);
      expect(shown('Chi-square p-value, of one look')).toBeCloseTo(0.008_607_99, 8);
      const metric = (key: string) => {
        const found = results.metrics.find((each) => each.key === key);
        const [comparison] = found?.comparisons ?? [];
        if (found === undefined || comparison === undefined) throw new Error(`no comparison of ${key}`);
        return { means: found.arms.map(({ mean }) => mean), effect: comparison.effect };
      };
      expectFigures(metric('retention_1'), {
        means: [0.448_187_919_5, 0.442_282_749_7],
        difference: -0.005_905_169_8,
        standardError: 0.003_309_929,
        t: [-1.784_077_5, 7],
        degreesOfFreedom: [90_155.11, 2],
        pValue: [0.074_414_437, 9],
        interval: [-0.012_392_598_5, 0.000_582_258_9],
        lift: [-0.013_175_7, 7],
      });
      expectFigures(metric('retention_7'), {
        means: [0.190_201_342_3, 0.182_000_044],
        difference: -0.008_201_298_3,
        standardError: 0.002_592_042_8,
        t: [-3.164_028_9, 7],
        degreesOfFreedom: [90_079.83, 2],
        pValue: [0.001_556_530_2, 10],
        interval: [-0.013_281_677, -0.003_120_919_6],
        lift: [-0.043_119, 7],
      });
      expectFigures(metric('rounds'), {
        means: [52.456_263_982_1, 51.298_775_528_1],
        difference: -1.157_488_454,
        standardError: 1.307_250_417_3,
        t: [-0.885_437_4, 7],
        degreesOfFreedom: [58_595.48, 2],
        pValue: [0.375_924_38, 8],
        interval: [-3.719_705_116_5, 1.404_728_208_6],
        lift: [-0.022_065_8, 7],
      });
    },
    300_000,
  );

  test('Players that are made up come out with an interval beside their true effect', async () => {
    const ran = await product.run('demo', 'cookie-cats', '--players', '2000');
    expect(ran.stderr).toContain('evaluate and send');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('retention_7');
    expect(ran.stdout).toContain('True effect');
  });

  test('A webhook has heard of each start, once and signed', async () => {
    const about = (topic: string) => webhook.received.filter(({ body }) => body['topic'] === topic);
    const runs = existsSync(data) ? 2 : 1;
    await vi.waitUntil(() => about('experiment.started').length >= runs, { timeout: 30_000, interval: 50 });
    expect(about('experiment.started')).toHaveLength(runs);
    const verify = await guideVerify();
    for (const { headers, text } of webhook.received) expect(verify(webhookSecret, headers, text)).toBe(true);
    expect(new Set(webhook.received.map(({ headers }) => headers['webhook-id'])).size).toBe(webhook.received.length);
  });

  test('The bundle of the results, downloaded from the product, gives the same figures without it', async () => {
    const bundle = path.join(product.dataDirectory, 'bundle.json');
    await writeFile(bundle, await downloadBundle(product));
    const ran = await product.run('recompute', bundle);
    expect(ran.stderr).toBe('');
    expect(ran.code).toBe(0);
    expect(ran.stdout).toContain('It agrees');
    expect(ran.stdout).toContain('retention_7');
  });

  test('A data file that is not one is refused with its line', async () => {
    const ran = await product.run('demo', 'cookie-cats', '--data', fileURLToPath(import.meta.url));
    expect(ran.code).toBe(1);
    expect(ran.stderr).toContain('begins with');
  });
});

/** Makes the demo's project before the demo does, and a webhook that hears all of it. @returns its secret */
async function addWebhook({ url, token }: Product, address: string): Promise<string> {
  const rest = createRestClient({ url, token: () => token });
  await answered(rest.POST('/v1/projects', { body: { key: 'cookie-cats', name: 'Cookie Cats' } }));
  const { secret } = await answered(
    rest.POST('/v1/projects/{project}/receivers', {
      params: { path: { project: 'cookie-cats' } },
      body: { kind: 'webhook', name: 'All', address, topics: ['experiment.started', 'experiment.decided', 'experiment.stopped'] },
    }),
  );
  return secret;
}

/** Of the newest run of the demo. */
async function downloadBundle({ url, token }: Product): Promise<string> {
  const ask = async (route: string) => {
    const answer = await fetch(`${url}/v1/projects/cookie-cats/environments${route}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(200);
    return answer.text();
  };
  const { items } = JSON.parse(await ask('')) as { readonly items: readonly { readonly key: string }[] };
  const newest = items
    .map(({ key }) => key)
    .filter((key) => key.startsWith('run-'))
    .toSorted()
    .at(-1);
  return ask(`/${newest}/experiments/first-gate-level/results/bundle`);
}

interface Figures {
  readonly means: readonly [number, number];
  readonly difference: number;
  readonly standardError: number;
  readonly t: readonly [number, number];
  readonly degreesOfFreedom: readonly [number, number];
  readonly pValue: readonly [number, number];
  readonly interval: readonly [number, number];
  readonly lift: readonly [number, number];
}

const printedDigits = 10;

/** To every digit that the figures are printed with. */
function expectFigures(
  { means, effect }: { readonly means: readonly number[]; readonly effect: Effect },
  figures: Figures,
): void {
  expect(means[0]).toBeCloseTo(figures.means[0], printedDigits);
  expect(means[1]).toBeCloseTo(figures.means[1], printedDigits);
  expect(effect.difference).toBeCloseTo(figures.difference, printedDigits);
  expect(effect.standardError).toBeCloseTo(figures.standardError, printedDigits);
  expect(effect.difference / effect.standardError).toBeCloseTo(...figures.t);
  expect(effect.degreesOfFreedom).toBeCloseTo(...figures.degreesOfFreedom);
  expect(effect.pValue).toBeCloseTo(...figures.pValue);
  expect(effect.interval.low).toBeCloseTo(figures.interval[0], printedDigits);
  expect(effect.interval.high).toBeCloseTo(figures.interval[1], printedDigits);
  expect(effect.lift).toBeCloseTo(...figures.lift);
}
