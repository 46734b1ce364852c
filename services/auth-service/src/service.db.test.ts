import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Credentials, Invalidations } from '@stitchd/proto/auth/v1/auth';
import { ConfigurationError } from '@stitchd/service-kit';
import { startTestServices, type TestServices } from '../../../test/support/test-services.ts';
import { authAccess } from './access.ts';
import { adminEmail, adminPassword, expectRefusal } from './auth-service.test-support.ts';
import { authService } from './service.ts';

let services: TestServices;

// There is no store at this address.
const nowhere = 'postgresql://nobody@/nothing?host=%2Fnonexistent';
const secretKey = randomBytes(32).toString('base64');

beforeAll(async () => {
  services = await startTestServices([authService], { STITCHD_DATABASE_URL: nowhere, STITCHD_SECRET_KEY: secretKey });
});
afterAll(() => services.stop());

test('Without its store it runs, says that it is not ready, and answers STORE_UNAVAILABLE', async () => {
  const [made] = services.together.services;
  expect(Object.keys((await made?.instance.unready?.()) ?? {})).toEqual(['postgres']);
  const credentials = services.as('gateway', Credentials);
  await expectRefusal('STORE_UNAVAILABLE', credentials.signIn({ email: adminEmail, password: adminPassword }));
  await expectRefusal('STORE_UNAVAILABLE', credentials.getVerificationKeys({}));
  await expectRefusal('STORE_UNAVAILABLE', credentials.verifyKey({ sha256: new Uint8Array(32) }));
  await expectRefusal('STORE_UNAVAILABLE', services.as('gateway', Invalidations).watch({})[Symbol.asyncIterator]().next());
});

test('Without a store address or with a secret key that is none, it says so and does not start', async () => {
  const start = (environment: Readonly<Record<string, string>>) => startTestServices([authService], environment);
  await expect(start({})).rejects.toThrow(ConfigurationError);
  await expect(start({})).rejects.toThrow(/STITCHD_DATABASE_URL.*STITCHD_SECRET_KEY/);
  await expect(start({ STITCHD_DATABASE_URL: nowhere, STITCHD_SECRET_KEY: 'c2hvcnQ=' })).rejects.toThrow(/32 bytes/);
});

test('Every RPC says who may call it, and nothing else is listed', () => {
  const methods = authService.serves.flatMap(({ typeName, methods }) => methods.map(({ name }) => `${typeName}/${name}`));
  expect(Object.keys(authAccess).toSorted()).toEqual(methods.toSorted());
});
