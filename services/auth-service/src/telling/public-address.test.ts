import { expect, test } from 'vitest';
import { isPublicAddress } from './public-address.ts';

test('Addresses of public hosts are public', () => {
  for (const address of [
    '1.1.1.1',
    '9.255.255.255',
    '11.0.0.0',
    '172.15.255.255',
    '172.32.0.0',
    '223.255.255.255',
    '2606:4700::1',
  ])
    expect(isPublicAddress(address), address).toBe(true);
});

test('Addresses of this machine, of private and shared networks, of link-local and reserved ranges are not', () => {
  const none = [
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.255.255.254',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.0.0.8',
    '192.168.1.1',
    '198.19.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '240.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    'fc00::1',
    'fd12:3456::1',
    'ff02::1',
    '2001:db8::1',
    '2001:0:4136:e378::1',
  ];
  for (const address of none) expect(isPublicAddress(address), address).toBe(false);
});

test('An IPv4 address in the clothes of IPv6 is not public, whatever it is', () => {
  for (const address of [
    '::ffff:127.0.0.1',
    '::ffff:8.8.8.8',
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '::127.0.0.1',
  ])
    expect(isPublicAddress(address), address).toBe(false);
});

test('What is no address is not public', () => {
  for (const text of ['', 'localhost', '127.1', '0x7f000001']) expect(isPublicAddress(text), text).toBe(false);
});
