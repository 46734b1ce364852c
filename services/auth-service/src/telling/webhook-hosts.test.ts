import { expect, test } from 'vitest';
import { readWebhookHosts, webhookUrlProblem } from './webhook-hosts.ts';

const none = readWebhookHosts(undefined);

test('A webhook needs https and no private host', () => {
  expect(webhookUrlProblem('https://hooks.example.org/stitchd?team=1', none)).toBeUndefined();
  expect(webhookUrlProblem('http://hooks.example.org/', none)).toContain('https');
  for (const host of [
    'localhost',
    'a.localhost',
    'localhost.',
    '127.0.0.1',
    '2130706433',
    '0x7f.1',
    '10.0.0.8',
    '[::1]',
    '[::ffff:7f00:1]',
  ])
    expect(webhookUrlProblem(`https://${host}/`, none), host).toContain('private network');
});

test('A URL with a password, a fragment or another protocol is refused, even where its host is allowed', () => {
  const hosts = readWebhookHosts('relay.internal');
  for (const url of ['ftp://relay.internal/', 'https://a:b@relay.internal/', 'https://relay.internal/#a', 'relay.internal', ''])
    expect(webhookUrlProblem(url, hosts), url).toBeDefined();
});

test('An allowed host is allowed on every port, or on the one that is named, over plain http too', () => {
  const hosts = readWebhookHosts(' Relay.internal , 127.0.0.1:8443,[::1]:80,web:443');
  for (const url of [
    'http://relay.internal/',
    'https://relay.internal:9/',
    'http://127.0.0.1:8443/x',
    'http://[::1]/',
    'https://web/',
  ])
    expect(webhookUrlProblem(url, hosts), url).toBeUndefined();
  for (const url of ['http://127.0.0.1:8444/', 'https://[::1]:8443/', 'http://web/', 'http://sub.relay.internal/'])
    expect(webhookUrlProblem(url, hosts), url).toBeDefined();
});

test('A setting that names no host is refused by name', () => {
  for (const text of ['http://a', 'a/b', 'a b', 'a@b', 'a:99999']) expect(() => readWebhookHosts(text), text).toThrow(text);
});
