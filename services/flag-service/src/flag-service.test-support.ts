import { randomUUID } from 'node:crypto';
import type { JsonObject, MessageInitShape } from '@bufbuild/protobuf';
import { createDatabase, type Database } from '@stitchd/db/postgres';
import { registerEnvironment } from '@stitchd/db/platform';
import {
  Definitions,
  Flags,
  Splits,
  type BindSplitRequestSchema,
  ChangeSplitRequestSchema,
  type Configuration,
} from '@stitchd/proto/flag/v1/flag';
import { problemOf, withCall, type Principal } from '@stitchd/service-kit';
import { createTestDatabase } from '../../../test/support/test-database.ts';
import { principalWith, startTestServices, type TestServices } from '../../../test/support/test-services.ts';
import { flagService } from './index.ts';

/** A real flag-service on a database of its own. */
export interface FlagWorld {
  readonly url: string;
  readonly database: Database;
  readonly services: TestServices;
  readonly startAnother: () => Promise<TestServices>;
  readonly stop: () => Promise<void>;
}

export async function startFlagWorld(settings: Readonly<Record<string, string>> = {}): Promise<FlagWorld> {
  const store = await createTestDatabase();
  const database = createDatabase({ url: store.url, applicationName: 'test', maxConnections: 4 });
  const start = (): Promise<TestServices> => startTestServices([flagService], { STITCHD_DATABASE_URL: store.url, ...settings });
  const services = await start();
  return {
    url: store.url,
    database,
    services,
    startAnother: start,
    async stop() {
      await services.stop();
      await database.close();
      await store.drop();
    },
  };
}

/** A project with environments, and a person who may do everything in it. */
export interface TestProject {
  readonly owner: Principal;
  readonly environmentIds: readonly string[];
  readonly addEnvironment: () => Promise<string>;
  /** The same person, looking at one of the environments. */
  readonly in: (environmentId: string) => Principal;
}

export async function newProject(database: Database, environments = 1): Promise<TestProject> {
  const organisationId = randomUUID();
  const projectId = randomUUID();
  const owner = principalWith({ organisationId, projectId });
  const addEnvironment = async (): Promise<string> => {
    const environmentId = randomUUID();
    await database.inTenant(organisationId, (tx) => registerEnvironment(tx, { environmentId, projectId, organisationId }));
    return environmentId;
  };
  const environmentIds: string[] = [];
  for (let index = 0; index < environments; index++) environmentIds.push(await addEnvironment());
  const inEnvironment = (environmentId: string): Principal => ({ ...owner, environmentId });
  return { owner: inEnvironment(environmentIds[0] ?? ''), environmentIds, addEnvironment, in: inEnvironment };
}

/** Clients of one person. */
export function clientsOf({ as }: TestServices, principal: Principal) {
  return { flags: as(principal, Flags), definitions: as('gateway', Definitions) };
}

/** What experimentation-service asks for on behalf of a person. */
export async function splitsOf({ together }: TestServices, principal: Principal) {
  const reach = await together.reachAs('experimentation-service', [Splits]);
  const client = reach(Splits);
  const call = { requestId: randomUUID(), principal, deadlineMs: undefined };
  return {
    bind: (request: MessageInitShape<typeof BindSplitRequestSchema>) =>
      withCall(call, () => client.bindSplit({ baselineVariant: 'off', ...request })),
    unbind: (iterationId: string, serveVariant = '') => withCall(call, () => client.unbindSplit({ iterationId, serveVariant })),
    change: (request: MessageInitShape<typeof ChangeSplitRequestSchema>) => withCall(call, () => client.changeSplit(request)),
    history: (iterationId: string) => withCall(call, () => client.getSplitHistory({ iterationId })),
  };
}

/** Configures a flag as whoever just read it. */
export async function configure(
  flags: ReturnType<typeof clientsOf>['flags'],
  flagKey: string,
  document: JsonObject,
  enabled?: boolean,
): Promise<Configuration> {
  const { version } = await flags.getConfiguration({ flagKey });
  return flags.updateConfiguration({ flagKey, document, ifVersion: version, ...(enabled !== undefined && { enabled }) });
}

/** The problem with which a call is refused. */
export async function refusalOf(call: Promise<unknown>) {
  const outcome = await call.then(
    () => undefined,
    (error: unknown) => problemOf(error),
  );
  if (outcome === undefined) throw new Error('it was not refused');
  return outcome;
}
