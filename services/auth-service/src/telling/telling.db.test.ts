import { randomBytes, randomUUID } from 'node:crypto';
import { uuidv7 } from '@stitchd/core';
import { createDatabase, type Database } from '@stitchd/db';
import { claimDelivery } from '@stitchd/db/auth';
import { recordChange } from '@stitchd/db/platform';
import { Receivers } from '@stitchd/proto/auth/v1/receivers';
import type { Principal } from '@stitchd/service-kit';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { startSmtpServer, type SmtpServer } from '../../../../test/support/smtp-server.ts';
import { guideVerify } from '../../../../test/support/guide-verify.ts';
import { startWebhookReceiver, type ReceivedMessage, type WebhookReceiver } from '../../../../test/support/webhook-receiver.ts';
import { expectRefusal, newEnvironmentPrincipal, startAuth, type AuthTest } from '../auth-service.test-support.ts';
import { authLimits } from '../limits.ts';

let auth: AuthTest;
let database: Database;
let webhook: WebhookReceiver;
let smtp: SmtpServer;
let principal: Principal;
const topics = ['experiment.alarm.broken', 'experiment.alarm.harm', 'experiment.started'];

beforeAll(async () => {
  webhook = await startWebhookReceiver();
  smtp = await startSmtpServer();
  auth = await startAuth({
    STITCHD_SMTP_URL: `smtp://127.0.0.1:${smtp.port}`,
    STITCHD_SMTP_FROM: 'Stitchd <stitchd@example.org>',
    STITCHD_WEBHOOK_ALLOWED_HOSTS: `127.0.0.1:${webhook.port}`,
    STITCHD_PUBLIC_URL: 'https://flags.example.org',
    STITCHD_AUTH_TELL_INTERVAL: '20ms',
  });
  database = createDatabase({ url: auth.store.url, applicationName: 'test' });
});
// Each has a project of its own, and nothing is left that waits for its next attempt.
beforeEach(async () => {
  await auth.asOwner('delete from auth.receiver');
  principal = await newEnvironmentPrincipal(auth);
  webhook.answerWith(204);
  webhook.received.length = 0;
  smtp.received.length = 0;
  smtp.answerRecipientsWith('250 OK');
});
afterAll(async () => {
  await webhook.stop();
  await smtp.stop();
  await database.close();
  await auth.stop();
});

const receivers = (who: Principal = principal) => auth.services.as(who, Receivers);
const here = () => `http://127.0.0.1:${webhook.port}/stitchd/secret-path`;
const newId = () => uuidv7(Date.now(), randomBytes(10));

interface Named {
  readonly id: string;
}

async function createWebhook(): Promise<{ readonly receiver: Named; readonly secret: string }> {
  const { receiver, secret } = await receivers().createReceiver({ kind: 'webhook', name: 'On call', address: here(), topics });
  if (receiver === undefined) throw new Error('no receiver was answered');
  return { receiver: { id: receiver.id }, secret };
}

/** What stats-service writes when it finds harm. */
async function raise(topic = 'experiment.alarm.harm', key = 'checkout'): Promise<void> {
  const { organisationId = '', projectId, environmentId } = principal;
  await database.inTenant(organisationId, (tx) =>
    recordChange(tx, newId, {
      organisationId,
      projectId,
      environmentId,
      actor: { kind: 'service', id: 'stats-service', name: 'stats-service' },
      requestId: 'r',
      action: topic,
      resource: { kind: 'experiment', id: randomUUID(), key },
      after: { iteration: 2, reason: 'harm:revenue:new', title: 'Harm', text: ['Revenue got worse with new.'] },
    }),
  );
}

const deliveriesOf = async ({ id }: Named) => (await receivers().listDeliveries({ receiverId: id })).items;
const dueNow = ({ id }: Named) =>
  auth.asOwner(`update auth.delivery set due_at = now() where receiver_id = $1 and state = 'waiting'`, [id]);

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  await vi.waitUntil(holds, { timeout: 10_000, interval: 10 });
}

async function theOnly(): Promise<ReceivedMessage> {
  await until(() => webhook.received.length > 0);
  const [message] = webhook.received;
  if (message === undefined) throw new Error('nothing was received');
  return message;
}

test('An alarm arrives at a webhook with its words, and the guide shows how to know that it is ours', async () => {
  const { receiver, secret } = await createWebhook();
  await raise();
  const { headers, text, body } = await theOnly();
  expect(body).toMatchObject({
    topic: 'experiment.alarm.harm',
    title: 'checkout: harm',
    organisation: { key: auth.administrator.organisationKey },
    project: { name: 'A project' },
    environment: { key: 'production', production: true },
    experiment: { key: 'checkout', iteration: 2 },
    actor: { kind: 'service', name: 'stats-service' },
  });
  expect((body['text'] as string[])[0]).toBe('Revenue got worse with new.');
  expect(body['link']).toMatch(/^https:\/\/flags\.example\.org\/projects\/project-[\w-]+\/production\/experiments\/checkout$/);
  const verify = await guideVerify();
  const nowMs = Date.now();
  expect(verify(secret, headers, text, nowMs)).toBe(true);
  expect(verify(secret, headers, `${text} `, nowMs)).toBe(false);
  expect(verify(`whsec_${randomBytes(32).toString('base64')}`, headers, text, nowMs)).toBe(false);
  expect(verify(secret, { ...headers, 'webhook-timestamp': '1' }, text, nowMs)).toBe(false);
  expect(verify(secret, headers, text, nowMs + 6 * 60_000)).toBe(false);
  await until(async () => (await deliveriesOf(receiver))[0]?.state === 'succeeded');
  expect(await deliveriesOf(receiver)).toMatchObject([{ id: headers['webhook-id'], status: 204, attempts: 1, errorCode: '' }]);
});

test('What a receiver answers with 500 is sent again under the same id, byte for byte, until it is taken', async () => {
  const { receiver } = await createWebhook();
  webhook.answerWith(500);
  await raise();
  await until(async () => (await deliveriesOf(receiver))[0]?.state === 'waiting' && webhook.received.length > 0);
  const [waiting] = await deliveriesOf(receiver);
  // The pause is by chance, and may be over.
  expect(waiting).toMatchObject({ status: 500, errorCode: 'REFUSED', errorMessage: 'It answered 500.' });
  expect((await receivers().getReceiver(receiver)).failingSince).toBeDefined();
  webhook.answerWith(200);
  await dueNow(receiver);
  await until(async () => (await deliveriesOf(receiver))[0]?.state === 'succeeded');
  const [first, second] = webhook.received;
  expect(second?.headers['webhook-id']).toBe(first?.headers['webhook-id']);
  expect(second?.text).toBe(first?.text);
  expect((await receivers().getReceiver(receiver)).failingSince).toBeUndefined();
});

test('Operators see what waits and for how long, how attempts ended and why they failed', async () => {
  const registry = auth.services.together.services.find(({ definition }) => definition.name === 'auth-service')?.registry;
  const number = async (name: string, label: string): Promise<number> => {
    const lines = ((await registry?.metrics()) ?? '').split('\n');
    return Number(
      lines
        .find((line) => line.startsWith(`${name}{`) && line.includes(label))
        ?.split(' ')
        .at(-1) ?? 0,
    );
  };
  const attempts = (outcome: string) => number('stitchd_deliveries_attempts_total', `kind="webhook",outcome="${outcome}"`);
  const before = [
    await attempts('postponed'),
    await attempts('arrived'),
    await number('stitchd_deliveries_failures_total', 'REFUSED'),
  ];
  expect(await number('stitchd_deliveries_waiting', 'kind="webhook"')).toBe(0);
  const { receiver } = await createWebhook();
  webhook.answerWith(500);
  await raise();
  await until(async () => (await deliveriesOf(receiver))[0]?.errorCode === 'REFUSED');
  await until(async () => (await attempts('postponed')) > (before[0] ?? 0));
  await auth.asOwner(
    `update auth.delivery set created_at = now() - interval '1 hour', due_at = now() + interval '1 hour' where receiver_id = $1`,
    [receiver.id],
  );
  expect(await number('stitchd_deliveries_waiting', 'kind="webhook"')).toBe(1);
  expect(await number('stitchd_deliveries_oldest_seconds', 'kind="webhook"')).toBeGreaterThanOrEqual(3_600);
  expect(await number('stitchd_deliveries_waiting', 'kind="email"')).toBe(0);
  webhook.answerWith(204);
  await until(async () => {
    await dueNow(receiver);
    return (await deliveriesOf(receiver))[0]?.state === 'succeeded';
  });
  await until(async () => (await attempts('arrived')) > (before[1] ?? 0));
  expect(await number('stitchd_deliveries_waiting', 'kind="webhook"')).toBe(0);
  expect(await number('stitchd_deliveries_failures_total', 'code="REFUSED"')).toBeGreaterThan(before[2] ?? 0);
});

test('What happens goes out in its order, one message to a receiver at a time, with two replicas at work', async () => {
  await createWebhook();
  await auth.startReplica();
  webhook.answerWith((response) => setImmediate(() => response.writeHead(204).end()));
  const keys = Array.from({ length: 12 }, (_, index) => `experiment-${index}`);
  const ids = keys.map((_, index) => uuidv7(Date.now() - 1_000 + index, randomBytes(10)));
  const { organisationId = '', projectId, environmentId } = principal;
  // In one transaction, so that all are there when the first is told.
  await database.inTenant(organisationId, async (tx) => {
    for (const [index, key] of keys.entries())
      await recordChange(tx, () => ids[index] ?? '', {
        organisationId,
        projectId,
        environmentId,
        actor: { kind: 'user', id: 'u', name: 'ada@example.org' },
        requestId: 'r',
        action: 'experiment.started',
        resource: { kind: 'experiment', id: randomUUID(), key },
      });
  });
  await until(() => webhook.received.length === keys.length);
  expect(webhook.received.map(({ body }) => (body['experiment'] as { key: string }).key)).toEqual(keys);
  expect(new Set(webhook.received.map(({ headers }) => headers['webhook-id'])).size).toBe(keys.length);
  expect(webhook.mostAtOnce()).toBe(1);
});

test('A message that a killed sender had taken is sent by the next one when the lease is over', async () => {
  const { receiver } = await createWebhook();
  await receivers().updateReceiver({ id: receiver.id, paused: true, ifVersion: 1 });
  await auth.asOwner(`insert into auth.delivery (id, organisation_id, receiver_id, record_id, topic, title, body, due_at)
    select '${newId()}', organisation_id, id, '${newId()}', 'experiment.started', 'taken', '{"title":"taken"}', now() - interval '1 day'
    from auth.receiver where id = '${receiver.id}'`);
  // Nobody else may take it first: so it is taken and let go in one go.
  const [row] = await auth.asOwner(
    `update auth.delivery set state = 'running', attempts = 1, lease_token = $2, due_at = now() + interval '1 day'
     where receiver_id = $1 returning id`,
    [receiver.id, newId()],
  );
  await receivers().updateReceiver({ id: receiver.id, paused: false, ifVersion: 2 });
  expect(await claimDelivery(database, newId(), 1_000)).toBeUndefined();
  await auth.asOwner('update auth.delivery set due_at = now() where id = $1', [row?.['id']]);
  expect((await theOnly()).body['title']).toBe('taken');
  await until(async () => (await deliveriesOf(receiver))[0]?.state === 'succeeded');
  expect((await deliveriesOf(receiver))[0]?.attempts).toBe(2);
});

test('No webhook leads into a private network by default: not by address, not by a name that resolves there', async () => {
  const create = (address: string) => receivers().createReceiver({ kind: 'webhook', name: 'x', address, topics });
  for (const address of ['https://127.0.0.1/', 'https://169.254.169.254/latest', 'https://[::1]/', 'http://hooks.example.org/'])
    expect((await expectRefusal('VALIDATION_FAILED', create(address))).errors[0]?.path).toBe('address');
  const { receiver } = await createWebhook();
  // As it would be with a name of somebody's own that resolves to this machine: seen only when it is looked up.
  await auth.asOwner('update auth.receiver set address = $2 where id = $1', [receiver.id, `https://localhost:${webhook.port}/`]);
  await receivers().testReceiver(receiver);
  await until(async () => (await deliveriesOf(receiver))[0]?.errorCode === 'ADDRESS_NOT_ALLOWED');
  expect(webhook.received).toEqual([]);
});

test('A redirect is not followed', async () => {
  const { receiver } = await createWebhook();
  webhook.answerWith((response) => response.writeHead(307, { location: here() }).end());
  await receivers().testReceiver(receiver);
  await until(async () => (await deliveriesOf(receiver))[0]?.errorCode === 'REDIRECTED');
  expect(webhook.received).toHaveLength(1);
});

test('While a receiver is paused nothing is queued for it but a test; afterwards it is told again', async () => {
  const { receiver } = await createWebhook();
  const paused = await receivers().updateReceiver({ id: receiver.id, paused: true, ifVersion: 1 });
  expect(paused).toMatchObject({ pauseCause: 'person', version: 2 });
  await raise('experiment.started', 'unheard');
  await until(async () => (await auth.asOwner('select from platform.outbox where done_at is null')).length === 0);
  await receivers().testReceiver(receiver);
  expect((await theOnly()).body).toMatchObject({ topic: 'test', title: 'A test from A project', experiment: null });
  await receivers().updateReceiver({ id: receiver.id, paused: false, topics: { items: ['experiment.started'] }, ifVersion: 2 });
  await raise('experiment.alarm.harm', 'unwanted');
  await raise('experiment.started', 'heard');
  await until(() => webhook.received.length === 2);
  expect(webhook.received[1]?.body['title']).toBe('heard: started');
});

test('A message is given up when it is as old as it may be, and the receiver through which nothing came is paused and says so', async () => {
  const { receiver } = await createWebhook();
  webhook.answerWith(503);
  await raise();
  await until(async () => (await deliveriesOf(receiver))[0]?.attempts === 1);
  const nearlyMs = authLimits.deliveryAgeMs - 1_000;
  await auth.asOwner(
    `update auth.delivery set created_at = now() - make_interval(secs => $2), attempts = 12 where receiver_id = $1`,
    [receiver.id, nearlyMs / 1_000],
  );
  await auth.asOwner(`update auth.receiver set failing_since = now() - make_interval(secs => $2) where id = $1`, [
    receiver.id,
    authLimits.pauseFailingMs / 1_000,
  ]);
  await dueNow(receiver);
  await until(async () => (await receivers().getReceiver(receiver)).pauseCause === 'failing');
  expect(await deliveriesOf(receiver)).toMatchObject([{ state: 'failed', errorCode: 'REFUSED', status: 503 }]);
  const { items } = await auth.directory().listAudit({ resourceKind: 'receiver', page: { limit: 1 } });
  expect(items[0]).toMatchObject({ action: 'receiver.pause', actorKind: 'service', after: { pauseCause: 'failing' } });
});

test('A message that waited longer than it may is not sent any more', async () => {
  const { receiver } = await createWebhook();
  webhook.answerWith(503);
  await raise();
  await until(async () => (await deliveriesOf(receiver))[0]?.state === 'waiting' && webhook.received.length === 1);
  await auth.asOwner(`update auth.delivery set created_at = now() - make_interval(secs => $2) where receiver_id = $1`, [
    receiver.id,
    authLimits.deliveryAgeMs / 1_000 + 1,
  ]);
  await dueNow(receiver);
  await until(async () => (await deliveriesOf(receiver))[0]?.errorCode === 'EXPIRED');
  expect(webhook.received).toHaveLength(1);
  // It has failed for some seconds only: nobody is paused for one old message.
  expect((await receivers().getReceiver(receiver)).pauseCause).toBe('');
});

test('Who answers 410 is paused at once', async () => {
  const { receiver } = await createWebhook();
  webhook.answerWith(410);
  await raise();
  await until(async () => (await receivers().getReceiver(receiver)).pauseCause === 'gone');
  expect(await deliveriesOf(receiver)).toMatchObject([{ state: 'failed', errorCode: 'GONE' }]);
});

test('As many messages as the limit wait for a receiver; a further one is kept as failed, and a test is refused', async () => {
  const { receiver } = await createWebhook();
  const { waitingDeliveries } = authLimits;
  await auth.asOwner(
    `insert into auth.delivery (id, organisation_id, receiver_id, record_id, topic, title, body, due_at)
     select gen_random_uuid(), organisation_id, id, gen_random_uuid(), 'experiment.started', 't', '{}', now() + interval '1 day'
     from auth.receiver, generate_series(1, $2::int) where id = $1`,
    [receiver.id, waitingDeliveries - 1],
  );
  webhook.answerWith(500);
  await receivers().testReceiver(receiver);
  await expectRefusal('RATE_LIMITED', receivers().testReceiver(receiver));
  await raise();
  const full = `select from auth.delivery where receiver_id = $1 and state = 'failed' and error_code = 'QUEUE_FULL'`;
  await until(async () => (await auth.asOwner(full, [receiver.id])).length === 1);
});

test('A receiver with faults is refused with each of them, and a project has no more of them than it may', async () => {
  const wrong = receivers().createReceiver({ kind: 'pager', name: ' ', address: 'hooks', topics: ['flag.update'] });
  const { errors } = await expectRefusal('VALIDATION_FAILED', wrong);
  expect(errors.map(({ path }) => path)).toEqual(['kind', 'name', 'address', 'topics[0]']);
  for (const wanted of [[], ['experiment.started', 'experiment.started']])
    await expectRefusal(
      'VALIDATION_FAILED',
      receivers().createReceiver({ kind: 'webhook', name: 'x', address: here(), topics: wanted }),
    );
  const longest = `${here()}/`.padEnd(authLimits.webhookUrlLength, 'a');
  const { receiver } = await receivers().createReceiver({ kind: 'webhook', name: 'x', address: longest, topics });
  await expectRefusal(
    'VALIDATION_FAILED',
    receivers().updateReceiver({ id: receiver?.id ?? '', address: `${longest}a`, ifVersion: 1 }),
  );
  await auth.asOwner(
    `insert into auth.receiver (id, organisation_id, project_id, kind, name, address, topics, sealed_secret)
     select gen_random_uuid(), organisation_id, project_id, kind, name, address, topics, sealed_secret
     from auth.receiver, generate_series(2, $2::int) where id = $1`,
    [receiver?.id, authLimits.receiversPerProject],
  );
  expect((await receivers().listReceivers({})).items).toHaveLength(authLimits.receiversPerProject);
  await expectRefusal('INVALID_STATE', createWebhook());
});

test('A receiver is seen and changed from its own project alone, by administrators', async () => {
  const { receiver } = await createWebhook();
  const elsewhere = [
    await newEnvironmentPrincipal(auth),
    auth.principal({ organisationId: randomUUID(), projectId: principal.projectId ?? '' }),
  ];
  for (const who of elsewhere) {
    const theirs = receivers(who);
    expect((await theirs.listReceivers({})).items).toEqual([]);
    for (const call of [theirs.getReceiver, theirs.testReceiver, theirs.deleteReceiver])
      await expectRefusal('NOT_FOUND', call({ id: receiver.id }));
    await expectRefusal('NOT_FOUND', theirs.listDeliveries({ receiverId: receiver.id }));
    await expectRefusal('NOT_FOUND', theirs.updateReceiver({ id: receiver.id, paused: true, ifVersion: 1 }));
  }
  const editor = receivers({ ...principal, role: 'editor' });
  await expectRefusal('PERMISSION_DENIED', editor.listReceivers({}));
  await expectRefusal('PERMISSION_DENIED', editor.testReceiver({ id: receiver.id }));
  await expectRefusal('VERSION_MISMATCH', receivers().updateReceiver({ id: receiver.id, paused: true, ifVersion: 7 }));
  await receivers({ ...principal, role: 'admin' }).deleteReceiver({ id: receiver.id });
  await expectRefusal('NOT_FOUND', receivers().getReceiver({ id: receiver.id }));
});

test('An alarm arrives by e-mail in plain text, with what, why, where and a link; and goes with the member whose address it is', async () => {
  const email = `${randomUUID()}@example.org`;
  const { member } = await auth.directory().addMember({ email, role: 'viewer' });
  const { receiver, secret } = await receivers().createReceiver({
    kind: 'email',
    name: 'Ada',
    address: ` ${email.toUpperCase()}`,
    topics,
  });
  expect([receiver?.address, secret]).toEqual([email, '']);
  expect((await receivers().listReceivers({})).emailConfigured).toBe(true);
  await raise();
  await until(() => smtp.received.length === 1);
  const [received] = smtp.received;
  const source = received?.source ?? '';
  expect([received?.from, received?.to]).toEqual(['stitchd@example.org', [email]]);
  const [delivery] = await deliveriesOf({ id: receiver?.id ?? '' });
  for (const header of [
    'From: Stitchd <stitchd@example.org>',
    `To: ${email}`,
    `Message-ID: <${delivery?.id}@example.org>`,
    'Auto-Submitted: auto-generated',
    'Content-Type: text/plain; charset=utf-8',
  ])
    expect(source).toContain(header);
  expect(source).toMatch(/^Subject: \[Stitchd project-/m);
  const text = source.slice(source.indexOf('\n\n')).replaceAll('=\n', '');
  expect(text).toContain('checkout: harm\n\nRevenue got worse with new.');
  expect(text).toContain('/production/experiments/checkout');
  await until(async () => (await deliveriesOf({ id: receiver?.id ?? '' }))[0]?.state === 'succeeded');
  await auth.directory().removeMember({ userId: member?.userId ?? '' });
  expect((await receivers().listReceivers({})).items).toEqual([]);
});

test('What a mail server refuses for good is given up at once, what it refuses for now is tried again', async () => {
  const made = await receivers().createReceiver({ kind: 'email', name: 'x', address: 'gone@example.org', topics });
  const receiver = { id: made.receiver?.id ?? '' };
  smtp.answerRecipientsWith('550 no such user');
  await receivers().testReceiver(receiver);
  await until(async () => (await deliveriesOf(receiver))[0]?.state === 'failed');
  expect(await deliveriesOf(receiver)).toMatchObject([
    { errorCode: 'REFUSED', errorMessage: 'The mail server refused it (550).', attempts: 1, status: 0 },
  ]);
  smtp.answerRecipientsWith('451 later');
  await receivers().testReceiver(receiver);
  await until(async () => (await deliveriesOf(receiver))[0]?.errorMessage === 'The mail server refused it (451).');
  smtp.answerRecipientsWith('250 OK');
  await dueNow(receiver);
  await until(() => smtp.received.length === 1);
  expect(smtp.received[0]?.source).toContain('A test from A project');
});

test('What was done with a receiver is in the audit log, its secret nowhere, and its path where administrators alone see it', async () => {
  const { receiver, secret } = await createWebhook();
  await receivers().testReceiver(receiver);
  await until(async () => (await deliveriesOf(receiver))[0]?.state === 'succeeded');
  await receivers().updateReceiver({ id: receiver.id, name: 'Night shift', ifVersion: 1 });
  for (const table of ['platform.audit', 'platform.outbox', 'platform.idempotency', 'auth.receiver', 'auth.delivery']) {
    const text = JSON.stringify(await auth.asOwner(`select to_jsonb(t) as row from ${table} t`));
    for (const form of [secret.slice('whsec_'.length), Buffer.from(secret).toString('hex')]) expect(text).not.toContain(form);
    expect(text.includes('secret-path')).toBe(table === 'auth.receiver');
  }
  await receivers().deleteReceiver(receiver);
  const { items } = await auth.directory().listAudit({ resourceKind: 'receiver', projectId: principal.projectId ?? '' });
  expect(items.map(({ action }) => action)).toEqual(['receiver.delete', 'receiver.update', 'receiver.test', 'receiver.create']);
});
