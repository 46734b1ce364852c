import { durationSetting, numberSetting, optionalTextSetting } from '@stitchd/service-kit';

/** What an operator can choose of auth-service; the stores and the secret key are settings of the platform. */
export const authSettings = {
  signInAttempts: numberSetting({
    variable: 'STITCHD_AUTH_SIGN_IN_ATTEMPTS',
    default: 10,
    low: 1,
    high: 1_000,
    description:
      'How many failed sign-ins one e-mail address may have within STITCHD_AUTH_SIGN_IN_WINDOW, per replica of auth-service.',
  }),
  signInWindow: durationSetting({
    variable: 'STITCHD_AUTH_SIGN_IN_WINDOW',
    default: 15 * 60_000,
    description: 'How long a failed sign-in counts.',
  }),
  tellInterval: durationSetting({
    variable: 'STITCHD_AUTH_TELL_INTERVAL',
    default: 1_000,
    description: 'How often receivers of alarms are told what happened and what is due; counted per replica.',
  }),
  smtpUrl: optionalTextSetting({
    variable: 'STITCHD_SMTP_URL',
    secret: true,
    description:
      'The mail server by which alarms go to e-mail addresses: smtp://user:password@mail.example.org:587 (STARTTLS, always where there is a password) or smtps://. Without it no e-mail is sent.',
  }),
  smtpFrom: optionalTextSetting({
    variable: 'STITCHD_SMTP_FROM',
    description: 'Who e-mail is from, such as Stitchd <stitchd@example.org>; required with STITCHD_SMTP_URL.',
  }),
  webhookAllowedHosts: optionalTextSetting({
    variable: 'STITCHD_WEBHOOK_ALLOWED_HOSTS',
    description:
      'Hosts, comma-separated, with a port or for all their ports, such as relay.internal:8443: webhooks may lead there although they are in a private network or speak no TLS. All other webhooks need https and a public address.',
  }),
};
