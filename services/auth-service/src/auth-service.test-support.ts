import { randomBytes, randomUUID } from 'node:crypto';
import type { Client } from '@connectrpc/connect';
import pg from 'pg';
import type { Role } from '@stitchd/core';
import { Credentials, Directory, Invalidations, Setup, type Administrator } from '@stitchd/proto/auth/v1/auth';
import type { Principal } from '@stitchd/service-kit';
import { createTestDatabase, type TestDatabase } from '../../../test/support/test-database.ts';
import { startTestServices, type TestServices } from '../../../test/support/test-services.ts';
import { sha256Of } from './secrets/opaque-token.ts';
import { authService } from './service.ts';

export { expectRefusal } from './problem.test-support.ts';

export const adminEmail = 'ada@example.org';
export const adminPassword = 'correct horse battery staple';

/** A real auth-service on a database of its own, with an administrator. */
export interface AuthTest {
  readonly store: TestDatabase;
  readonly services: TestServices;
  readonly administrator: Administrator;
  readonly credentials: Client<typeof Credentials>;
  readonly setup: Client<typeof Setup>;
  readonly invalidations: Client<typeof Invalidations>;
  /** The administrator, or whoever `changes` make of them. */
  readonly principal: (changes?: Partial<Principal>) => Principal;
  readonly directory: (principal?: Principal, idempotencyKey?: string) => Client<typeof Directory>;
  /** One more replica on the same store. */
  readonly startReplica: () => Promise<TestServices>;
  /** Runs SQL as the owner of the database, whom row-level security does not bind. */
  readonly asOwner: (sql: string, values?: readonly unknown[]) => Promise<readonly Record<string, unknown>[]>;
  readonly stop: () => Promise<void>;
}

export async function startAuth(environment: Readonly<Record<string, string>> = {}): Promise<AuthTest> {
  const store = await createTestDatabase();
  const variables = {
    STITCHD_DATABASE_URL: store.url,
    STITCHD_SECRET_KEY: randomBytes(32).toString('base64'),
    ...environment,
  };
  const replicas: TestServices[] = [];
  const startReplica = async (): Promise<TestServices> => {
    const replica = await startTestServices([authService], variables);
    replicas.push(replica);
    return replica;
  };
  const services = await startReplica();
  const setup = (await services.together.reachAs('command', [Setup]))(Setup);
  const administrator = await setup.ensureAdministrator({ email: adminEmail, password: adminPassword });
  const principal = (changes: Partial<Principal> = {}): Principal => ({
    kind: 'user',
    id: administrator.userId,
    name: administrator.email,
    role: 'owner',
    organisationId: administrator.organisationId,
    ...changes,
  });
  return {
    store,
    services,
    administrator,
    setup,
    principal,
    startReplica,
    credentials: services.as('gateway', Credentials),
    invalidations: services.as('gateway', Invalidations),
    directory: (who = principal(), idempotencyKey) => services.as(who, Directory, idempotencyKey),
    asOwner: (text, values = []) => queryAsOwner(store.url, text, values),
    async stop() {
      for (const replica of replicas) await replica.stop();
      await store.drop();
    },
  };
}

async function queryAsOwner(url: string, text: string, values: readonly unknown[]): Promise<readonly Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query(text, [...values])).rows as Record<string, unknown>[];
  } finally {
    await client.end();
  }
}

/** A principal of the administrator in one environment of a new project. */
export async function newEnvironmentPrincipal(auth: AuthTest, changes: Partial<Principal> = {}): Promise<Principal> {
  const key = `project-${randomUUID()}`;
  await auth.directory().createProject({ key, name: 'A project' });
  const scope = await auth.directory().resolveScope({ projectKey: key, environmentKey: 'production' });
  return auth.principal({ projectId: scope.projectId, environmentId: scope.environmentId, ...changes });
}

/** Adds somebody new and signs them in. */
export async function joinAs(auth: AuthTest, role: Role, email = `${randomUUID()}@example.org`) {
  const added = await auth.directory().addMember({ email, role });
  const session = await auth.credentials.exchangeSignInLink({ token: added.signInLink?.token ?? '' });
  const principal = auth.principal({ id: session.user?.id ?? '', name: email, role });
  return { email, session, principal };
}

export function hashOf(secret: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(sha256Of(secret));
}
