import { expect, test } from 'vitest';
import { secretText, signatureHeaders } from './sign-message.ts';

test('The signature is that of Standard Webhooks', () => {
  // The example of the reference libraries of Standard Webhooks.
  const headers = signatureHeaders('whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', {
    id: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    body: '{"test": 2432232314}',
    atMs: 1_614_265_330_999,
  });
  expect(headers).toEqual({
    'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
    'webhook-timestamp': '1614265330',
    'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
  });
});

test('A secret holds its bytes in base64', () => {
  expect(secretText(new Uint8Array(32))).toBe(`whsec_${'A'.repeat(43)}=`);
});
