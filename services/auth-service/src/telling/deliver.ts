import { unseal } from '@stitchd/service-kit';
import {
  finishAttempt,
  finishDelivered,
  pauseFailing,
  postponeDelivery,
  readClaimed,
  type ClaimedDelivery,
  type JobLease,
} from '@stitchd/db/auth';
import { recordChange } from '@stitchd/db/platform';
import type { Tx } from '@stitchd/db';
import { ReceiverSchema } from '@stitchd/proto/auth/v1/receivers';
import type { AuthContext } from '../context.ts';
import { authLimits } from '../limits.ts';
import { bodyOf } from '../messages/to-message.ts';
import { auditedReceiver } from '../messages/receiver-message.ts';
import { failed, type Attempt } from './attempt.ts';
import { emailOf } from './email-text.ts';
import { postWebhook } from './post-webhook.ts';
import { retryPauseMs } from './retry-pause.ts';
import { signatureHeaders } from './sign-message.ts';
import type { AttemptOutcome } from './telling-metrics.ts';
import type { MessageBody } from './write-message.ts';

/** Attempts one delivery under its lease, and writes down what became of it. */
export async function deliver(context: AuthContext, lease: JobLease, stopping: AbortSignal): Promise<void> {
  const { database, log } = context;
  const claimed = await database.inTenant(lease.organisationId, (tx) => readClaimed(tx, lease));
  if (claimed === undefined) return;
  const { delivery, receiver } = claimed;
  const isPaused = receiver.paused_at !== null && delivery.record_id !== null;
  const attempt = isPaused ? undefined : await attemptOf(context, claimed, stopping);
  // Paused meanwhile, or given up because this process ends: whoever is free attempts it again.
  const isCut = attempt === undefined || (attempt.kind === 'failed' && stopping.aborted);
  if (isCut) await database.inTenant(lease.organisationId, (tx) => postponeDelivery(tx, lease, 0, interrupted));
  else {
    const outcome = await database.inTenant(lease.organisationId, (tx) => settle(tx, context, lease, claimed, attempt));
    context.tellingMetrics.attempted(receiver.kind, outcome);
    if (attempt.kind === 'failed') context.tellingMetrics.missed(attempt.code);
  }
  log.info(
    { delivery: delivery.id, receiver: receiver.id, attempt: delivery.attempts, outcome: codeOf(attempt) },
    'attempted a delivery',
  );
}

const interrupted = { code: 'INTERRUPTED', message: 'The attempt was interrupted.' };

function codeOf(attempt: Attempt | undefined): string {
  if (attempt === undefined) return 'paused';
  return attempt.kind === 'failed' ? attempt.code : attempt.kind;
}

async function attemptOf(context: AuthContext, claimed: ClaimedDelivery, stopping: AbortSignal): Promise<Attempt> {
  const { delivery, receiver } = claimed;
  if (context.nowMs() - delivery.created_at.getTime() > authLimits.deliveryAgeMs)
    return failed('EXPIRED', 'It waited for too long.', { isFinal: true });
  return receiver.kind === 'email' ? email(context, claimed, stopping) : post(context, claimed, stopping);
}

async function email({ mail }: AuthContext, { delivery, receiver }: ClaimedDelivery, stopping: AbortSignal): Promise<Attempt> {
  if (mail === undefined) return failed('EMAIL_NOT_CONFIGURED', 'The operator has named no mail server.');
  const body = JSON.parse(delivery.body) as MessageBody;
  return mail.send(
    { id: delivery.id, to: receiver.address, ...emailOf(body) },
    { timeoutMs: authLimits.emailTimeoutMs, stopping },
  );
}

async function post(context: AuthContext, { delivery, receiver }: ClaimedDelivery, stopping: AbortSignal): Promise<Attempt> {
  const secret = unseal(context.secretKey, secretName(receiver.id), receiver.sealed_secret ?? Buffer.alloc(0));
  if (secret === undefined)
    return failed('SECRET_UNREADABLE', 'Its secret was encrypted under another STITCHD_SECRET_KEY: make the webhook anew.');
  const message = { id: delivery.id, body: delivery.body };
  return postWebhook(
    new URL(receiver.address),
    { body: message.body, headers: signatureHeaders(secret, { ...message, atMs: context.nowMs() }) },
    { hosts: context.webhookHosts, timeoutMs: authLimits.webhookTimeoutMs, stopping },
  );
}

/** The name under which the secret of a webhook is encrypted. */
export function secretName(receiverId: string): string {
  return `receiver ${receiverId}`;
}

async function settle(
  tx: Tx,
  context: AuthContext,
  lease: JobLease,
  claimed: ClaimedDelivery,
  attempt: Attempt,
): Promise<AttemptOutcome> {
  const { delivery, receiver } = claimed;
  if (attempt.kind === 'arrived') return (await finishDelivered(tx, lease, receiver.id, attempt.status)) ? 'arrived' : 'lost';
  const fraction = (context.randomBytes(1)[0] ?? 0) / 255;
  const pauseMs = retryPauseMs(authLimits.deliveryRetry, delivery.attempts, fraction);
  const ageMs = context.nowMs() + pauseMs - delivery.created_at.getTime();
  const isGivenUp = attempt.isFinal || ageMs > authLimits.deliveryAgeMs;
  const isOurs = await finishAttempt(tx, lease, receiver.id, attempt, isGivenUp ? null : pauseMs);
  if (!isOurs) return 'lost';
  if (!isGivenUp) return 'postponed';
  const cause = attempt.isGone ? 'gone' : 'failing';
  const paused = await pauseFailing(tx, receiver.id, cause, attempt.isGone ? 0 : authLimits.pauseFailingMs);
  if (paused === undefined) return 'failed';
  context.log.warn({ receiver: receiver.id, cause }, 'a receiver was paused');
  await recordChange(tx, context.newId, {
    organisationId: receiver.organisation_id,
    projectId: receiver.project_id,
    actor: { kind: 'service', id: 'auth-service', name: 'auth-service' },
    requestId: delivery.id,
    action: 'receiver.pause',
    resource: { kind: 'receiver', id: receiver.id, key: receiver.name },
    before: bodyOf(ReceiverSchema, auditedReceiver(receiver)),
    after: bodyOf(ReceiverSchema, auditedReceiver(paused)),
  });
  return 'failed';
}
