import { createClient } from './create-client.ts';
import { browserPlatform } from './platform/browser-platform.ts';
import type { StitchdWebClient } from './web-client.ts';
import { resolveWebOptions, type StitchdWebOptions } from './web-options.ts';

/**
 * Makes a client, at once. Values of a bootstrap, or of the last visit with the same context, can be read immediately; otherwise
 * reads answer their fallbacks until `waitUntilReady` resolves. On a server, where there is no page, a client answers from its
 * bootstrap and does nothing in the background.
 *
 * @throws TypeError for options that can't work; nothing else
 */
export function createStitchd(options: StitchdWebOptions): StitchdWebClient {
  return createClient(resolveWebOptions(options), browserPlatform());
}
