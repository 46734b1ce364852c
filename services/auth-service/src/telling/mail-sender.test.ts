import { expect, test } from 'vitest';
import { createMailSender } from './mail-sender.ts';

const from = 'Stitchd <stitchd@example.org>';

test('A mail server is named by a URL of SMTP, and the sender by an address', () => {
  for (const url of ['smtp://mail.example.org', 'smtps://a%40b:p%2Fw@mail.example.org:465', 'smtp://[::1]:25'])
    expect(() => createMailSender({ url, from }), url).not.toThrow();
  for (const sender of ['', 'Stitchd', 'Stitchd <>'])
    expect(() => createMailSender({ url: 'smtp://mail.example.org', from: sender }), sender).toThrow('sender');
});

test('What can not be used is refused without a word of the password in it', () => {
  for (const url of ['', 'mail.example.org', 'https://a:hidden@mail.example.org', 'direct:?name=hidden', 'smtp://a:hidden@:25']) {
    expect(() => createMailSender({ url, from }), url).toThrow('must be a URL');
    expect(() => createMailSender({ url, from }), url).not.toThrow('hidden');
  }
});
