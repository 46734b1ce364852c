import { create, type MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import { isUuid } from '@stitchd/core';
import { findBinding, readBindingEvents, type BindingRow, type StoredBindingEvent } from '@stitchd/db/flag';
import type { Tx } from '@stitchd/db/postgres';
import {
  SplitHistorySchema,
  type GetSplitHistoryRequest,
  type SplitEventSchema,
  type SplitHistory,
} from '@stitchd/proto/flag/v1/flag';
import { problem, type EnvironmentScope } from '@stitchd/service-kit';
import type { FlagContext } from '../context.ts';
import { inEnvironment } from './in-environment.ts';

/** Whether the iteration runs or has ended. */
export async function getSplitHistory(context: FlagContext, { iterationId }: GetSplitHistoryRequest): Promise<SplitHistory> {
  return inEnvironment(context, async (tx, scope) => {
    await requireBinding(tx, scope, iterationId);
    return splitHistory(tx, iterationId);
  });
}

/** @throws NOT_FOUND */
export async function requireBinding(tx: Tx, scope: EnvironmentScope, iterationId: string): Promise<BindingRow> {
  const binding = isUuid(iterationId) ? await findBinding(tx, iterationId) : undefined;
  if (binding === undefined || binding.environment_id !== scope.environmentId)
    throw problem('NOT_FOUND', 'This iteration was never bound here.');
  return binding;
}

export async function splitHistory(tx: Tx, iterationId: string): Promise<SplitHistory> {
  return create(SplitHistorySchema, { events: (await readBindingEvents(tx, iterationId)).map(eventMessage) });
}

function eventMessage(event: StoredBindingEvent): MessageInitShape<typeof SplitEventSchema> {
  const at = timestampFromDate(event.at);
  switch (event.kind) {
    case 'weights':
      return { at, kind: event.kind, shares: event.shares.map((share) => ({ ...share })) };
    case 'enrolment':
      return { at, kind: event.kind, enrolmentMilliPercent: event.milliPercent };
    case 'configured':
      return { at, kind: event.kind, parts: [...event.parts] };
    case 'disabled':
    case 'enabled':
      return { at, kind: event.kind };
  }
}
