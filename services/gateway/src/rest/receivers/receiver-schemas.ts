import { testTopic, topicNames, topics } from '@stitchd/core';
import { z } from 'zod';
import { idField, nameField, timestampField, versionField } from '../fields.ts';
import { listOf } from '../lists.ts';

const kind = z.enum(['webhook', 'email']).describe('How it is told: a message posted to a URL, or an e-mail.');
const address = z
  .string()
  .describe(
    'The URL of a webhook, or an e-mail address. A webhook must begin with `https://` and lead to a public address unless the operator allows its host (`STITCHD_WEBHOOK_ALLOWED_HOSTS`); redirects are not followed.',
  );
const meanings = topicNames.map((name) => `\`${name}\`: ${topics[name]}`).join(' ');
const topicList = z.array(z.enum(topicNames)).describe(`What it is told of. ${meanings}`);

export const receiver = z
  .object({
    id: idField,
    kind,
    name: nameField,
    address,
    topics: topicList,
    pausedAt: timestampField.optional().describe('Since when nothing is sent; absent where it is not paused.'),
    pauseCause: z
      .enum(['', 'person', 'failing', 'gone'])
      .describe(
        '`person`: somebody paused it; `failing`: nothing came through for too long; `gone`: it answered 410; empty: it is not paused.',
      ),
    failingSince: timestampField.optional().describe('Since when nothing has come through; absent after a success.'),
    version: versionField,
    createdAt: timestampField,
    updatedAt: timestampField,
  })
  .meta({ id: 'Receiver' });

export const receiverList = listOf(receiver, 'ReceiverList', {
  emailConfigured: z.boolean().describe('Whether this installation can send e-mail: the operator has set `STITCHD_SMTP_URL`.'),
});

const example = {
  kind: 'webhook',
  name: 'On call',
  address: 'https://hooks.example.org/stitchd',
  topics: ['experiment.alarm.broken', 'experiment.alarm.harm'],
} as const;

export const newReceiver = z
  .strictObject({ kind, name: nameField, address, topics: topicList })
  .meta({ id: 'NewReceiver', examples: [{ ...example, topics: [...example.topics] }] });

export const createdReceiver = z
  .object({
    receiver,
    secret: z
      .string()
      .describe('Signs what is sent to a webhook, by HMAC-SHA256; shown once, stored encrypted. Empty for e-mail.'),
  })
  .meta({ id: 'CreatedReceiver' });

export const receiverPatch = z
  .strictObject({
    name: nameField.optional(),
    address: address.optional(),
    topics: topicList.optional(),
    paused: z.boolean().optional().describe('While it is paused nothing is queued for it; what waits is kept.'),
  })
  .meta({ id: 'ReceiverPatch', examples: [{ paused: true }] });

export const delivery = z
  .object({
    id: idField.describe('The same at every attempt, and in the header `webhook-id`.'),
    topic: z.enum([...topicNames, testTopic]),
    title: z.string(),
    state: z
      .enum(['waiting', 'running', 'succeeded', 'failed'])
      .describe('`waiting` for its first or next attempt; `failed`: it was given up.'),
    attempts: z.number().int(),
    createdAt: timestampField,
    dueAt: timestampField.optional().describe('Of the next attempt, while it waits.'),
    finishedAt: timestampField.optional(),
    status: z.number().int().describe('Of the last answer over HTTP; 0: there was none.'),
    errorCode: z.string().describe('Why the last attempt failed, such as `TIMEOUT`; empty where it did not.'),
    errorMessage: z.string(),
  })
  .meta({ id: 'Delivery' });

export const deliveryList = listOf(delivery, 'DeliveryList');
