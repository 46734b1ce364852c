import { Stitchd, type SdkLogger } from '@stitchd/sdk';
import { createRandom } from '../demo/random.ts';

/** How the visitors of the demo shop behave: the green button has a true effect on buying. */
const behaviour = { buys: { blue: 0.2, green: 0.26 }, startsCheckout: 0.55, spends: 35 } as const;
const seed = 20_260;

export interface Simulation {
  readonly url: string;
  readonly syncUrl: string;
  readonly sdkKey: string;
  readonly visitors: number;
  readonly say: (line: string) => void;
}

/**
 * Sends visitors through the real pipeline: evaluations by the SDK, exposures and events through the gateway.
 * @returns how many items the gateway accepted
 */
export async function simulateVisitors({ url, syncUrl, sdkKey, visitors, say }: Simulation): Promise<number> {
  const quiet = (): void => undefined;
  const logger: SdkLogger = { debug: quiet, info: quiet, warn: say, error: say };
  const client = await Stitchd.init({ url, syncUrl, sdkKey, logger, maxQueuedItems: visitors * 3 });
  const random = createRandom(seed);
  for (let index = 0; index < visitors; index++) {
    const visitor = client.context({
      targetingKey: `visitor-${index}`,
      plan: random() < 0.1 ? 'pro' : 'free',
      country: random() < 0.5 ? 'DE' : 'US',
    });
    const variant = client.stringDetails('checkout-button', visitor, '').variant === 'green' ? 'green' : 'blue';
    client.boolean('new-checkout', visitor, false);
    if (random() < behaviour.startsCheckout) client.track('checkout-started', visitor);
    if (random() < behaviour.buys[variant])
      client.track('purchase', visitor, { value: Math.round(-Math.log(1 - random()) * behaviour.spends * 100) / 100 });
  }
  await client.close();
  return client.status().events.accepted;
}
