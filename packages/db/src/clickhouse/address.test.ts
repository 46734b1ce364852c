import { expect, test } from 'vitest';
import { parseEventStoreUrl } from './address.ts';

test('An address of a server gives its origin, credentials and database', () => {
  expect(parseEventStoreUrl('https://stitchd:p%40ss@events.internal:8443/main')).toEqual({
    origin: 'https://events.internal:8443',
    socketPath: undefined,
    username: 'stitchd',
    password: 'p@ss',
    database: 'main',
  });
});

test('What an address leaves out is the default', () => {
  expect(parseEventStoreUrl('http://127.0.0.1:8123')).toMatchObject({ username: 'default', password: '', database: 'default' });
});

test('A socket may lie under any path', () => {
  expect(parseEventStoreUrl('unix:/tmp/a b/clickhouse.sock?database=test_1')).toMatchObject({
    socketPath: '/tmp/a b/clickhouse.sock',
    database: 'test_1',
  });
});

test('An address that can not be used is refused without its password', () => {
  expect(() => parseEventStoreUrl('tcp://u:secret@h:9000/d')).toThrow(/begins with http:, https: or unix:/);
  expect(() => parseEventStoreUrl('nonsense')).toThrow(/is not http/);
  expect(() => parseEventStoreUrl('http://u:secret@h/a`b')).toThrow(/is not a name/);
  expect(() => parseEventStoreUrl('http://u:secret@h/a`b')).not.toThrow(/secret/);
});
