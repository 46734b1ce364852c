import type { Selectable } from 'kysely';
import type { DB } from '../gen/schema.ts';

export type OrganisationRow = Selectable<DB['auth.organisation']>;
export type ProjectRow = Selectable<DB['auth.project']>;
export type EnvironmentRow = Selectable<DB['auth.environment']>;
export type UserRow = Selectable<DB['auth.user_account']>;
/** Without the hash: nothing that is read for people needs it. */
export type SdkKeyRow = Omit<Selectable<DB['auth.sdk_key']>, 'sha256'>;
/** Without the hash: nothing that is read for people needs it. */
export type ApiTokenRow = Omit<Selectable<DB['auth.api_token']>, 'sha256'>;
/** Without the sealed secret: only who sends needs it. */
export type ReceiverRow = Omit<Selectable<DB['auth.receiver']>, 'sealed_secret'>;
export type DeliveryRow = Selectable<DB['auth.delivery']>;
export type AuditRow = Selectable<DB['platform.audit']>;

/** A membership with what is told of the person. */
export interface MemberRow {
  readonly user_id: string;
  readonly email: string;
  readonly name: string;
  readonly role: string;
  readonly version: number;
  readonly created_at: Date;
}

/** One page of a list that goes on after the sort values of the page before. */
export interface ListPage {
  /** How many rows at most; ask for one more than is shown to know whether there is a next page. */
  readonly limit: number;
  readonly after: readonly string[] | undefined;
  /** Part of a key or a name, without regard to case; empty: all. */
  readonly query: string;
}
