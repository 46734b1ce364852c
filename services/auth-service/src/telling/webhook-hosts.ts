import { isIP } from 'node:net';
import { isPublicAddress } from './public-address.ts';

/** Where the operator allows webhooks to lead although they may not lead there otherwise. */
export interface WebhookHosts {
  readonly isAllowed: (url: URL) => boolean;
}

/**
 * @param text - `host` or `host:port`, comma-separated
 * @throws Error that names what is no host
 */
export function readWebhookHosts(text: string | undefined): WebhookHosts {
  const entries = (text ?? '')
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
  const allowed = new Set(entries.map(normalised));
  return { isAllowed: (url) => allowed.has(url.hostname) || allowed.has(`${url.hostname}:${portOf(url)}`) };
}

function normalised(entry: string): string {
  // Told apart by the port itself, since URLs leave out that of their protocol.
  const port = /^(?:\[[^\]]*\]|[^:]*):(\d+)$/.exec(entry)?.[1];
  const url = URL.canParse(`http://${entry}/`) ? new URL(`http://${entry}/`) : undefined;
  if (url === undefined || url.pathname !== '/' || url.username !== '' || url.search !== '' || url.hash !== '')
    throw new Error(`"${entry}" must be a host, or a host and a port`);
  return port === undefined ? url.hostname : `${url.hostname}:${Number(port)}`;
}

function portOf(url: URL): string {
  return url.port === '' ? ({ 'https:': '443', 'http:': '80' }[url.protocol] ?? '') : url.port;
}

/** The address in a URL that names no host; undefined where it names one. */
export function literalAddress(url: URL): string | undefined {
  const bare = url.hostname.replace(/^\[|\]$/g, '');
  return isIP(bare) === 0 ? undefined : bare;
}

/** What is wrong with the URL of a webhook, as far as that can be known without looking its host up. */
export function webhookUrlProblem(text: string, hosts: WebhookHosts): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    return 'must be a URL such as https://hooks.example.org/stitchd';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or a password';
  if (url.hash !== '') return 'must not have a fragment';
  if (hosts.isAllowed(url)) return undefined;
  if (url.protocol === 'http:') return 'must begin with https:// unless the operator allows its host';
  const address = literalAddress(url);
  const isPrivate = address === undefined ? /(^|\.)localhost\.?$/.test(url.hostname) : !isPublicAddress(address);
  return isPrivate ? 'must not lead into a private network unless the operator allows its host' : undefined;
}
