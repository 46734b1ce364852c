import { isTopic, topicNames } from '@stitchd/core';
import { isStorableText } from '@stitchd/db/postgres';
import type { AuthContext } from '../../context.ts';
import { authLimits } from '../../limits.ts';
import type { Fault } from '../../requests/check.ts';
import { emailFault, normaliseEmail } from '../../requests/email.ts';
import { webhookUrlProblem } from '../../telling/webhook-hosts.ts';

/** What is wrong with where a receiver is; an e-mail address is normalised. */
export function addressFault(context: AuthContext, kind: string, address: string): Fault | undefined {
  if (kind === 'email') return emailFault('address', address);
  const { webhookUrlLength } = authLimits;
  const message =
    address.length > webhookUrlLength || !isStorableText(address)
      ? `must be a URL of at most ${webhookUrlLength} characters`
      : webhookUrlProblem(address, context.webhookHosts);
  return message === undefined ? undefined : { path: 'address', message };
}

/** As it is stored and compared. */
export function normaliseAddress(kind: string, address: string): string {
  return kind === 'email' ? normaliseEmail(address) : address;
}

/** What is wrong with what a receiver wants to be told. */
export function topicFaults(wanted: readonly string[]): readonly Fault[] {
  if (wanted.length === 0) return [{ path: 'topics', message: 'must name at least one topic' }];
  if (new Set(wanted).size < wanted.length) return [{ path: 'topics', message: 'must name each topic once' }];
  return wanted.flatMap((topic, index) =>
    isTopic(topic) ? [] : [{ path: `topics[${index}]`, message: `must be one of ${topicNames.join(', ')}` }],
  );
}
