import type { Role } from '@stitchd/core';

/**
 * Who is asking, as the gateway found out, or which service asks on whose behalf.
 * A principal travels between processes only inside a signed token.
 */
export interface Principal {
  readonly kind: 'user' | 'api-token' | 'sdk-key' | 'service';
  /** User, token or key id; the service's name for `service`. */
  readonly id: string;
  /** For the audit log: an e-mail address or the name of a key. */
  readonly name: string;
  readonly organisationId?: string;
  readonly projectId?: string;
  readonly environmentId?: string;
  /** Of users and API tokens. */
  readonly role?: Role;
  /** Of SDK keys. */
  readonly keyKind?: 'server' | 'client';
  /** How many days back an SDK key may send items; 0 or absent: the installation's window. */
  readonly backfillDays?: number;
  /** For a service: on whose behalf it asks. */
  readonly actor?: Actor;
}

/** Who is named in the audit log. */
export interface Actor {
  readonly kind: Principal['kind'];
  readonly id: string;
  readonly name: string;
}

export function actorOf(principal: Principal): Actor {
  return principal.actor ?? { kind: principal.kind, id: principal.id, name: principal.name };
}
