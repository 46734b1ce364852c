import { createHmac } from 'node:crypto';

const prefix = 'whsec_';

/** A secret as people see it, of 32 random bytes: Standard Webhooks 1.0. */
export function secretText(bytes: Uint8Array): string {
  return prefix + Buffer.from(bytes).toString('base64');
}

/**
 * The headers by which a receiver knows that a message is ours, when it was sent and whether it came before: HMAC-SHA256 over
 * `id.timestamp.body` (Standard Webhooks 1.0), so that libraries of many languages can verify it.
 * @param message.id - the same at every attempt
 */
export function signatureHeaders(
  secret: string,
  message: { readonly id: string; readonly body: string; readonly atMs: number },
): Readonly<Record<string, string>> {
  const timestamp = String(Math.floor(message.atMs / 1_000));
  const key = Buffer.from(secret.slice(prefix.length), 'base64');
  const signature = createHmac('sha256', key).update(`${message.id}.${timestamp}.${message.body}`).digest('base64');
  return { 'webhook-id': message.id, 'webhook-timestamp': timestamp, 'webhook-signature': `v1,${signature}` };
}
