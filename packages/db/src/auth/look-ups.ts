import { sql } from 'kysely';
import type { Tx } from '../postgres/index.ts';

// What must be found before the tenant is known: each asks one SECURITY DEFINER function for ids and hashes.

interface OwnedKey {
  readonly id: string;
  readonly organisation_id: string;
}

export async function findSdkKey(tx: Tx, sha256: Uint8Array): Promise<OwnedKey | undefined> {
  const { rows } = await sql<OwnedKey>`select * from auth.find_sdk_key(${Buffer.from(sha256)})`.execute(tx);
  return rows[0];
}

export async function findApiToken(tx: Tx, sha256: Uint8Array): Promise<OwnedKey | undefined> {
  const { rows } = await sql<OwnedKey>`select * from auth.find_api_token(${Buffer.from(sha256)})`.execute(tx);
  return rows[0];
}

export interface Login {
  readonly user_id: string;
  /** Null: this person signs in by links only. */
  readonly password_hash: string | null;
}

/** @param email - trimmed and in lower case */
export async function findLogin(tx: Tx, email: string): Promise<Login | undefined> {
  const { rows } = await sql<Login>`select * from auth.find_login(${email})`.execute(tx);
  return rows[0];
}

/** The organisation that they joined first comes first. */
export async function organisationsOf(tx: Tx, userId: string): Promise<readonly string[]> {
  const { rows } = await sql<{ organisation_id: string }>`select * from auth.organisations_of(${userId})`.execute(tx);
  return rows.map((row) => row.organisation_id);
}

export interface FoundSession {
  readonly session_id: string;
  readonly user_id: string;
  readonly organisation_id: string;
}

/** By any refresh token that the session ever had, valid or not. */
export async function findSession(tx: Tx, refreshSha256: Uint8Array): Promise<FoundSession | undefined> {
  const { rows } = await sql<FoundSession>`select * from auth.find_session(${Buffer.from(refreshSha256)})`.execute(tx);
  return rows[0];
}

/** The person whom a sign-in link names, whether it is still valid or not. */
export async function findSignInLink(tx: Tx, sha256: Uint8Array): Promise<string | undefined> {
  const { rows } = await sql<{ user_id: string }>`select * from auth.find_sign_in_link(${Buffer.from(sha256)})`.execute(tx);
  return rows[0]?.user_id;
}

export interface Owner {
  readonly user_id: string;
  readonly organisation_id: string;
}

/** Who set the installation up; undefined while nobody has. */
export async function findFirstOwner(tx: Tx): Promise<Owner | undefined> {
  const { rows } = await sql<Owner>`select * from auth.first_owner()`.execute(tx);
  return rows[0];
}
