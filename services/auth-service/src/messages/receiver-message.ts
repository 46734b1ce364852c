import { create } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { DeliveryRow, ReceiverRow } from '@stitchd/db/auth';
import { DeliverySchema, ReceiverSchema, type Delivery, type Receiver } from '@stitchd/proto/auth/v1/receivers';

export function toReceiver(row: ReceiverRow): Receiver {
  const { id, kind, name, address, topics, version } = row;
  return create(ReceiverSchema, {
    id,
    kind,
    name,
    address,
    topics,
    version,
    pauseCause: row.pause_cause ?? '',
    createdAt: timestampFromDate(row.created_at),
    updatedAt: timestampFromDate(row.updated_at),
    ...(row.paused_at !== null && { pausedAt: timestampFromDate(row.paused_at) }),
    ...(row.failing_since !== null && { failingSince: timestampFromDate(row.failing_since) }),
  });
}

/** As more people than its administrators may see it: the path of a webhook may be a secret of those who receive it. */
export function auditedReceiver(row: ReceiverRow): Receiver {
  const receiver = toReceiver(row);
  return row.kind === 'webhook' ? { ...receiver, address: new URL(row.address).origin } : receiver;
}

export function toDelivery(row: DeliveryRow): Delivery {
  const { id, topic, title, state, attempts } = row;
  return create(DeliverySchema, {
    id,
    topic,
    title,
    state,
    attempts,
    status: row.status ?? 0,
    errorCode: row.error_code ?? '',
    errorMessage: row.error_message ?? '',
    createdAt: timestampFromDate(row.created_at),
    ...(state === 'waiting' && { dueAt: timestampFromDate(row.due_at) }),
    ...(row.finished_at !== null && { finishedAt: timestampFromDate(row.finished_at) }),
  });
}
