import { expect, test } from 'vitest';
import { clientAddressOf, createTrustedProxies } from './trusted-proxies.ts';

const isTrusted = createTrustedProxies('10.0.0.0/8, 192.0.2.1, 2001:db8::/32');

test.each([
  ['10.255.0.1', true],
  ['11.0.0.1', false],
  ['192.0.2.1', true],
  ['192.0.2.2', false],
  ['::ffff:10.0.0.1', true],
  ['2001:db8::7', true],
  ['2001:db9::7', false],
  ['no address', false],
])('Of %s it is known whether it is a proxy of ours: %s', (address, trusted) => {
  expect(isTrusted(address)).toBe(trusted);
});

test('A request comes from the nearest address that is no proxy of ours; what stands before that may be made up', () => {
  expect(clientAddressOf('198.51.100.1', '203.0.113.9', isTrusted)).toBe('198.51.100.1');
  expect(clientAddressOf('10.0.0.1', '203.0.113.9', isTrusted)).toBe('203.0.113.9');
  expect(clientAddressOf('10.0.0.1', '1.1.1.1, 203.0.113.9, 192.0.2.1', isTrusted)).toBe('203.0.113.9');
  expect(clientAddressOf('10.0.0.1', undefined, isTrusted)).toBe('10.0.0.1');
  expect(clientAddressOf('10.0.0.1', '203.0.113.9', createTrustedProxies(undefined))).toBe('10.0.0.1');
});

test.each(['proxy.example', '10.0.0.0/33', '10.0.0.0/', '', '10.0.0.0/x'])('%s is refused, not ignored', (range) => {
  expect(() => createTrustedProxies(range)).toThrow(/ERR_|nvalid|range|must be/);
});
