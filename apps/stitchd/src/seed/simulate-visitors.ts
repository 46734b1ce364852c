import { Stitchd, type SdkLogger, type StitchdClient } from '@stitchd/sdk';
import { createRandom } from '../demo/random.ts';
import { sendDownTo } from '../demo/send-down-to.ts';

/** How the visitors of the demo shop behave: the green button has a true effect on buying, the new checkout a small one. */
const behaviour = {
  startsCheckout: { blue: 0.7, green: 0.72 },
  /** Of those who have opened the checkout. */
  buys: { blue: 0.286, green: 0.389 },
  buysMoreByNewCheckout: 1.03,
  spends: 35,
  /** On average; some come back the day after. */
  hoursToBuy: 9,
} as const;
const seed = 20_260;
const hourMs = 3_600_000;

export interface Simulation {
  readonly url: string;
  readonly syncUrl: string;
  /** May send items as old as `fromMs`. */
  readonly sdkKey: string;
  /** Spread evenly from `fromMs` until now, and those of this moment, who read the flag of the new checkout too. */
  readonly visitors: { readonly past: number; readonly now: number };
  readonly fromMs: number;
  readonly say: (line: string) => void;
}

/**
 * Sends visitors through the real pipeline: evaluations by the SDK, exposures and events through the gateway.
 * @returns how many items the gateway accepted
 */
export async function simulateVisitors({ url, syncUrl, sdkKey, visitors, fromMs, say }: Simulation): Promise<number> {
  const quiet = (): void => undefined;
  const logger: SdkLogger = { debug: quiet, info: quiet, warn: say, error: say };
  const all = visitors.past + visitors.now;
  const client = await Stitchd.init({ url, syncUrl, sdkKey, logger, maxQueuedItems: all * 4 });
  const random = createRandom(seed);
  const nowMs = Date.now();
  for (let index = 0; index < all; index++) {
    const isNow = index >= visitors.past;
    const at = isNow ? nowMs : fromMs + Math.floor((index / visitors.past) * (nowMs - fromMs));
    visit(client, random, { key: `visitor-${index}`, at, isNow, nowMs });
  }
  // Closing gives up after a while, which a busy machine may need for so many.
  await sendDownTo(client, 0);
  await client.close();
  return client.status().events.accepted;
}

interface Visit {
  readonly key: string;
  readonly at: number;
  readonly isNow: boolean;
  readonly nowMs: number;
}

function visit(client: StitchdClient, random: () => number, { key, at, isNow, nowMs }: Visit): void {
  const visitor = {
    targetingKey: key,
    plan: random() < 0.1 ? 'pro' : 'free',
    country: random() < 0.5 ? 'DE' : random() < 0.6 ? 'US' : 'FR',
  };
  const colour = client.string('checkout-button', visitor, '', { at }) === '#2b8a3e' ? 'green' : 'blue';
  const isNewCheckout = isNow && client.boolean('new-checkout', visitor, false, { at });
  if (random() >= behaviour.startsCheckout[colour]) return;
  client.track('checkout-started', visitor, { at });
  const buys = behaviour.buys[colour] * (isNewCheckout ? behaviour.buysMoreByNewCheckout : 1);
  const boughtAt = isNow ? at : at + Math.floor(-Math.log(1 - random()) * behaviour.hoursToBuy * hourMs);
  // Who came a moment ago may be about to buy.
  if (random() >= buys || boughtAt > nowMs) return;
  const value = Math.round(-Math.log(1 - random()) * behaviour.spends * 100) / 100;
  client.track('purchase', visitor, { at: boughtAt, value });
}
