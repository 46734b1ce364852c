import { BlockList, isIPv6 } from 'node:net';

/** Whether an address is a proxy's whose `X-Forwarded-For` is believed. */
export type IsTrustedProxy = (address: string) => boolean;

/**
 * @param ranges - addresses or CIDR ranges, comma-separated; undefined: no proxy is trusted
 * @throws where one of them is neither
 */
export function createTrustedProxies(ranges: string | undefined): IsTrustedProxy {
  if (ranges === undefined) return () => false;
  const trusted = new BlockList();
  for (const range of ranges.split(',').map((each) => each.trim())) {
    const [address = '', bits] = range.split('/');
    const family = familyOf(address);
    if (bits === undefined) trusted.addAddress(address, family);
    else trusted.addSubnet(address, /^\d+$/.test(bits) ? Number(bits) : Number.NaN, family);
  }
  return (address) => trusted.check(address, familyOf(address));
}

/** The address that a request came from: the nearest one that is no trusted proxy's. */
export function clientAddressOf(
  peer: string,
  forwardedFor: string | readonly string[] | undefined,
  isTrusted: IsTrustedProxy,
): string {
  let address = peer;
  for (const before of String(forwardedFor ?? '')
    .split(',')
    .map((each) => each.trim())
    .toReversed()) {
    if (before === '' || !isTrusted(address)) break;
    address = before;
  }
  return address;
}

const familyOf = (address: string): 'ipv4' | 'ipv6' => (isIPv6(address) ? 'ipv6' : 'ipv4');
