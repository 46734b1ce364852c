import { randomUUID } from 'node:crypto';
import type { DescService } from '@bufbuild/protobuf';
import type { Client } from '@connectrpc/connect';
import {
  createLogger,
  createMemoryKeyRing,
  createProcessContext,
  runTogether,
  withCall,
  type Environment,
  type Principal,
  type ServiceDefinition,
  type ServiceName,
  type Together,
} from '@stitchd/service-kit';

export interface TestServices {
  readonly together: Together;
  /** A client of one gRPC service in the name of a principal, as the gateway would ask. */
  readonly as: <S extends DescService>(principal: Principal | ServiceName, service: S, idempotencyKey?: string) => Client<S>;
  readonly stop: () => Promise<void>;
}

/** Runs real services together in this process, for tests that stay below the gateway. */
export async function startTestServices(
  definitions: readonly ServiceDefinition[],
  environment: Environment,
): Promise<TestServices> {
  const log = createLogger((process.env['STITCHD_TEST_LOG'] ?? 'silent') as 'silent');
  const context = createProcessContext({ environment, log, keyRing: createMemoryKeyRing() });
  const together = await runTogether(definitions, context);
  const services = definitions.flatMap((definition) => definition.serves);
  const reaches = new Map(
    await Promise.all(
      [...new Set<ServiceName>(['gateway', ...definitions.map(({ name }) => name)])].map(
        async (name) => [name, await together.reachAs(name, services)] as const,
      ),
    ),
  );
  return {
    together,
    as(principal, service, idempotencyKey) {
      const caller = typeof principal === 'string' ? principal : 'gateway';
      const client = reaches.get(caller)?.(service);
      if (client === undefined) throw new Error(`${caller} does not run here`);
      const call = {
        requestId: randomUUID(),
        principal: typeof principal === 'string' ? undefined : principal,
        deadlineMs: undefined,
        idempotencyKey,
      };
      return new Proxy(client, {
        get: (target, method) => (request: never, options: never) =>
          withCall(call, () => target[method as keyof typeof target](request, options)),
      });
    },
    stop: () => together.stop(),
  };
}

/** A person with a role in a tenant; ids are random unless given. */
export function principalWith(scope: Partial<Principal> = {}): Principal {
  return {
    kind: 'user',
    id: randomUUID(),
    name: 'ada@example.org',
    role: 'owner',
    organisationId: randomUUID(),
    projectId: randomUUID(),
    environmentId: randomUUID(),
    ...scope,
  };
}
