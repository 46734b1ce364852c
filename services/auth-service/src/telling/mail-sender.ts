import { createTransport } from 'nodemailer';
import { failed, type Attempt } from './attempt.ts';

/** An e-mail in plain text. */
export interface Email {
  /** The same at every attempt, so that what came before can be told by it. */
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** The operator's mail server. */
export interface MailSender {
  readonly send: (email: Email, options: { readonly timeoutMs: number; readonly stopping: AbortSignal }) => Promise<Attempt>;
}

/**
 * @param settings.url - `smtp://` (with STARTTLS where the server offers it, always where there is a password) or `smtps://`
 * @throws Error that says what can't be used; never the URL, which may hold a password
 */
export function createMailSender(settings: { readonly url: string; readonly from: string }): MailSender {
  const { url, from } = settings;
  const domain = /@([^@\s>]+)>?\s*$/.exec(from)?.[1];
  if (domain === undefined) throw new Error('the sender must be an e-mail address, with or without a name');
  const transport = createTransport({
    ...readServer(url),
    // A connection for each message: there are few, and none is kept open.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send({ id, to, subject, text }, { timeoutMs, stopping }) {
      const timeout = AbortSignal.timeout(timeoutMs);
      try {
        await transport.sendMail({
          from,
          to: { name: '', address: to },
          subject,
          text,
          messageId: `<${id}@${domain}>`,
          // Nobody's absence is answered (RFC 3834).
          headers: { 'Auto-Submitted': 'auto-generated' },
          signal: AbortSignal.any([timeout, stopping]),
        });
        return { kind: 'arrived', status: null };
      } catch (error) {
        if (timeout.aborted) return failed('TIMEOUT', `The mail server did not take it within ${timeoutMs / 1_000} s.`);
        return ofError(error);
      }
    },
  };
}

function readServer(text: string) {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['smtp:', 'smtps:'].includes(url.protocol) || url.hostname === '')
    throw new Error('must be a URL such as smtp://user:password@mail.example.org:587 or smtps://mail.example.org');
  const secure = url.protocol === 'smtps:';
  const hasPassword = url.username !== '' || url.password !== '';
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    // A password is never sent in the clear, whoever sits in between.
    requireTLS: hasPassword && !secure,
    ...(hasPassword && { auth: { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) } }),
  };
}

function ofError(error: unknown): Attempt {
  const { code = '', responseCode } = error instanceof Error ? (error as { code?: string; responseCode?: number }) : {};
  if (code === 'EAUTH' || code === 'ENOAUTH') return failed('MAIL_NOT_AUTHORISED', 'The mail server does not take the password.');
  if (code === 'ETLS') return failed('TLS_FAILED', 'No safe connection to the mail server could be made.');
  if (responseCode === undefined) return failed('CONNECTION_FAILED', 'The mail server does not answer.');
  // RFC 5321 §4.2.1: what begins with 5 will not be otherwise another time.
  return failed('REFUSED', `The mail server refused it (${responseCode}).`, { isFinal: responseCode >= 500 });
}
