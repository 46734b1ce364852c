import { expect, test } from 'vitest';
import { isKey, roles } from '@stitchd/core';
import { emailFault, nameFromEmail, normaliseEmail } from './email.ts';
import { exceeds } from './grant.ts';
import { keyFromName } from './key-from-name.ts';
import { normaliseOrigin } from './origins.ts';

test('A name becomes a key, whatever is in it', () => {
  expect(keyFromName('Stitchd', 'x')).toBe('stitchd');
  expect(keyFromName('  Émile & Søn, Ltd. ', 'x')).toBe('emile-s-n-ltd');
  expect(keyFromName('株式会社', 'organisation')).toBe('organisation');
  for (const name of ['---', 'a'.repeat(500), `${'a'.repeat(99)} b`, '.hidden', '_', 'İstanbul'])
    expect(isKey(keyFromName(name, 'fallback')), name).toBe(true);
});

test('An e-mail address is compared without regard to case and the spaces around it', () => {
  expect(normaliseEmail(' Ada@Example.ORG\n')).toBe('ada@example.org');
  expect(nameFromEmail('ada@example.org')).toBe('ada');
});

test('An e-mail address has one @ and at most 254 characters', () => {
  for (const email of ['ada@example.org', 'a+b@localhost', `${'x'.repeat(242)}@example.org`])
    expect(emailFault('email', email), email).toBeUndefined();
  for (const email of ['', 'ada', '@example.org', 'ada@', 'a@b@c', 'a b@c', '<a@b>', `${'x'.repeat(243)}@example.org`])
    expect(emailFault('email', email), email).toBeDefined();
});

test('An origin is a scheme, a host and a port, as browsers write it', () => {
  expect(normaliseOrigin('https://Shop.Example.org')).toBe('https://shop.example.org');
  expect(normaliseOrigin('https://shop.example.org:443')).toBe('https://shop.example.org');
  expect(normaliseOrigin('http://localhost:3000')).toBe('http://localhost:3000');
  for (const text of [
    '',
    '*',
    'shop.example.org',
    'https://a/',
    'https://a/b',
    'https://a?b',
    'https://u:p@a',
    'ftp://a',
    'null',
  ])
    expect(normaliseOrigin(text), text).toBeUndefined();
});

test('A role exceeds those below it and no other', () => {
  for (const [high, theirs] of roles.entries())
    for (const [low, ours] of roles.entries()) expect(exceeds(theirs, ours), `${theirs} ${ours}`).toBe(high < low);
  expect(exceeds('viewer', undefined)).toBe(true);
  expect(exceeds('emperor', 'owner')).toBe(true);
});
