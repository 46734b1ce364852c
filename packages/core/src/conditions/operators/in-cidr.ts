import { type IpWords, readIpAddress } from './ip-address.ts';
import { match, noMatch, parsedValues, type PrepareMatcher, wrongType } from './matcher.ts';

interface Network {
  readonly address: IpWords;
  /** 32 bits per word, set where the address decides. */
  readonly mask: IpWords;
}

const networkPattern = /^([0-9a-fA-F:.]+)(?:\/(0|[1-9]\d{0,2}))?$/;

/** Reads `10.0.0.0/8`, `2001:db8::/32` or a single address; `undefined` if text is none. Host bits are ignored. */
export function parseNetwork(text: string): Network | undefined {
  const [, addressText = '', prefixText] = networkPattern.exec(text) ?? [];
  const address: IpWords = [0, 0, 0, 0];
  if (!readIpAddress(addressText, address)) return undefined;
  const width = addressText.includes(':') ? 128 : 32;
  const prefix = prefixText === undefined ? width : Number(prefixText);
  if (prefix > width) return undefined;
  const length = prefix + 128 - width;
  const mask: IpWords = [0, 0, 0, 0];
  for (let word = 0; word < 4; word++) {
    const bits = Math.min(32, Math.max(0, length - word * 32));
    mask[word] = bits === 0 ? 0 : (-1 << (32 - bits)) >>> 0;
  }
  return { address, mask };
}

function covers({ address, mask }: Network, [a, b, c, d]: IpWords): boolean {
  return (
    ((a ^ address[0]) & mask[0]) === 0 &&
    ((b ^ address[1]) & mask[1]) === 0 &&
    ((c ^ address[2]) & mask[2]) === 0 &&
    ((d ^ address[3]) & mask[3]) === 0
  );
}

/** `inCidr`: the address lies in one of the networks. IPv4 and IPv4-mapped IPv6 addresses are the same. */
export const inCidr: PrepareMatcher = ({ values }) => {
  const networks = parsedValues(values, (value) => (typeof value === 'string' ? parseNetwork(value) : undefined));
  if (networks === undefined) return undefined;
  const seen: IpWords = [0, 0, 0, 0];
  return (value) => {
    if (typeof value !== 'string' || !readIpAddress(value, seen)) return wrongType;
    for (const network of networks) if (covers(network, seen)) return match;
    return noMatch;
  };
};
