import { readFile } from 'node:fs/promises';
import type { ReceivedMessage } from './webhook-receiver.ts';

/** Whether a message is from whoever has the secret, and fresh. */
export type Verify = (secret: string, headers: ReceivedMessage['headers'], body: string, nowMs?: number) => boolean;

/** The function that the guide gives to receivers of webhooks, as it stands there. */
export async function guideVerify(): Promise<Verify> {
  const guide = await readFile(new URL('../../docs/guide/alarms.md', import.meta.url), 'utf8');
  const source = /```js\n([^`]*export function verify[^`]*)```/.exec(guide)?.[1] ?? '';
  const module = (await import(`data:text/javascript,${encodeURIComponent(source)}`)) as { readonly verify: Verify };
  return module.verify;
}
