import type { JsonValue } from '@stitchd/core';
import type { Tx } from '@stitchd/db';
import { recordChange } from '@stitchd/db/platform';
import { currentAuthor, type Actor } from '@stitchd/service-kit';
import type { AuthContext } from '../context.ts';

/** What happened, as the audit log keeps it. */
export interface AuthChange {
  readonly organisationId: string;
  readonly projectId?: string;
  readonly environmentId?: string;
  /** Who did it, where that is not the call's principal: somebody who is signing in. */
  readonly actor?: Actor;
  readonly action: string;
  readonly resource: { readonly kind: string; readonly id: string; readonly key: string };
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/** Writes the audit and the outbox record of a change in its own transaction. */
export async function record(tx: Tx, context: AuthContext, change: AuthChange): Promise<void> {
  const { actor, requestId } = currentAuthor();
  await recordChange(tx, context.newId, { ...change, actor: change.actor ?? actor, requestId });
}
