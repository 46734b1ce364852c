import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { DescMethodUnary, DescService } from '@bufbuild/protobuf';
import { Credentials, Directory } from '@stitchd/proto/auth/v1/auth';
import { Analysis, Experiments } from '@stitchd/proto/experiment/v1/experiment';
import { Code, ConnectError } from '@connectrpc/connect';
import { afterEach, describe, expect, test } from 'vitest';
import { defineService, implement, type Reach, type ServiceDefinition } from '../define-service.ts';
import { createDirectoryKeyRing, createMemoryKeyRing } from '../identity/key-ring.ts';
import type { Principal } from '../identity/principal.ts';
import { createLogger } from '../observe/log.ts';
import { currentCall, currentPrincipal, withCall } from '../rpc/call.ts';
import { problem, problemOf } from '../rpc/problem.ts';
import type { SignerName } from '../service-names.ts';
import { createProcessContext } from './process-context.ts';
import { reachApart, runApart } from './run-apart.ts';
import { runTogether } from './run-together.ts';

const ada: Principal = {
  kind: 'user',
  id: 'u-1',
  name: 'ada@example.org',
  role: 'viewer',
  organisationId: 'o-1',
  projectId: 'p-1',
  environmentId: 'e-1',
};

type HandingOver = (...methods: readonly DescMethodUnary[]) => readonly DescMethodUnary[];

/** Answers who asked; its peer below asks it on behalf of its own caller. */
const directoryOf = (handedOver: HandingOver) =>
  defineService({
    name: 'auth-service',
    serves: [Directory, Credentials],
    reaches: [],
    settings: {},
    access: {
      'stitchd.auth.v1.Directory/GetOrganisation': {
        people: 'organisation.read',
        services: ['experimentation-service'],
        scope: 'organisation',
      },
      'stitchd.auth.v1.Directory/CreateProject': { people: 'project.write', scope: 'organisation' },
      'stitchd.auth.v1.Directory/GetProject': { people: 'project.read', scope: 'organisation' },
      'stitchd.auth.v1.Directory/ListProjects': { people: 'project.read', scope: 'organisation' },
      'stitchd.auth.v1.Credentials/VerifyKey': { services: ['gateway'], scope: 'none' },
    },
    create: async () => ({
      implementations: [
        implement(
          Directory,
          {
            getOrganisation: () => {
              const principal = currentPrincipal();
              return {
                id: principal.organisationId ?? '',
                key: principal.kind,
                name: `${principal.id} for ${principal.actor?.name ?? 'itself'}`,
              };
            },
            getProject: () => {
              throw problem('VERSION_MISMATCH', 'it moved', {
                current: { version: 7 },
                errors: [{ path: 'name', message: 'is taken' }],
              });
            },
            listProjects: () => {
              throw new Error('a secret detail of the inside');
            },
          },
          handedOver(Directory.method.getOrganisation, Directory.method.getProject, Directory.method.listProjects),
        ),
        implement(
          Credentials,
          { verifyKey: () => ({ id: currentCall()?.requestId ?? '' }) },
          handedOver(Credentials.method.verifyKey),
        ),
      ],
    }),
  });

const askingOf = (handedOver: HandingOver) =>
  defineService({
    name: 'experimentation-service',
    serves: [Experiments, Analysis],
    reaches: [Directory],
    settings: {},
    access: {
      'stitchd.experiment.v1.Experiments/GetExperiment': { people: 'experiment.read', scope: 'environment' },
      'stitchd.experiment.v1.Experiments/ListExperiments': { people: 'experiment.read', scope: 'environment' },
    },
    create: async ({ reach }) => ({
      implementations: [
        implement(
          Experiments,
          {
            async getExperiment() {
              const organisation = await reach(Directory).getOrganisation({});
              return { name: organisation.name, key: organisation.key };
            },
            // Longer than any caller waits.
            listExperiments: (_, context) =>
              new Promise((_resolve, reject) => {
                context.signal.addEventListener('abort', () => reject(new ConnectError('ended', Code.DeadlineExceeded)), {
                  once: true,
                });
              }),
          },
          handedOver(Experiments.method.getExperiment, Experiments.method.listExperiments),
        ),
      ],
    }),
  });

const definitionsOf = (handedOver: HandingOver): readonly ServiceDefinition[] => [directoryOf(handedOver), askingOf(handedOver)];
const definitions = definitionsOf(() => []);
type Running = { readonly reachAs: (signer: SignerName, services: readonly DescService[]) => Promise<Reach> };
const endings: (() => Promise<void> | void)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).toReversed()) await end();
});

const log = createLogger('silent');
const environment = { STITCHD_INTERNAL_DEADLINE: '300ms', STITCHD_AUTH_GRPC_PORT: '0', STITCHD_EXPERIMENTATION_GRPC_PORT: '0' };

const startTogether = (): Promise<Running> => startInOneProcess(definitions);
const startHandingOver = (): Promise<Running> => startInOneProcess(definitionsOf((...methods) => methods));

async function startInOneProcess(served: readonly ServiceDefinition[]): Promise<Running> {
  const together = await runTogether(served, createProcessContext({ environment, log, keyRing: createMemoryKeyRing() }));
  endings.push(together.stop);
  return together;
}

async function startApart(): Promise<Running> {
  const keys = await mkdtemp(path.join(os.tmpdir(), 'stitchd-keys-'));
  endings.push(() => rm(keys, { recursive: true, force: true }));
  // Each process reads the directory for itself.
  const processWith = (addresses: Record<string, string>) =>
    createProcessContext({ environment: { ...environment, ...addresses }, log, keyRing: createDirectoryKeyRing(keys, Date.now) });
  const auth = await runApart('auth-service', definitions, processWith({}));
  endings.push(auth.stop);
  const authAddress = { STITCHD_AUTH_ADDR: `127.0.0.1:${auth.grpcPort}` };
  const experimentation = await runApart('experimentation-service', definitions, processWith(authAddress));
  endings.push(experimentation.stop);
  const addresses = { ...authAddress, STITCHD_EXPERIMENTATION_ADDR: `127.0.0.1:${experimentation.grpcPort}` };
  return {
    async reachAs(signer, services) {
      const { reach, close } = await reachApart(signer, services, definitions, processWith(addresses));
      endings.push(close);
      return reach;
    },
  };
}

const asAda = <T>(work: () => T): T => withCall({ requestId: 'r-1', principal: ada, deadlineMs: undefined }, work);
const refused = async (work: Promise<unknown>) =>
  problemOf(
    await work.then(
      () => 'was answered',
      (error: unknown) => error,
    ),
  );

describe.each([
  ['together', startTogether],
  ['together, messages handed over', startHandingOver],
  ['apart', startApart],
])('%s', (_, start) => {
  test('A service asks another in its own name, on behalf of its caller, within the same tenant', async () => {
    const reach = await (await start()).reachAs('gateway', [Experiments]);
    const answer = await asAda(() => reach(Experiments).getExperiment({ key: 'x' }));
    expect(answer).toMatchObject({ key: 'service', name: 'experimentation-service for ada@example.org' });
  });

  test('A role that lacks the permission is refused, and so is a method that is in no access table', async () => {
    const reach = await (await start()).reachAs('gateway', [Directory]);
    expect(await refused(asAda(() => reach(Directory).createProject({ key: 'p' })))).toMatchObject({
      code: 'PERMISSION_DENIED',
      detail: 'The role viewer lacks the permission project.write.',
    });
    expect(await refused(asAda(() => reach(Directory).listMembers({})))).toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  test('A service that is not listed is refused, and nobody but the gateway can name a person', async () => {
    const running = await start();
    const stats = await running.reachAs('stats-service', [Directory]);
    expect(await refused(stats(Directory).getOrganisation({}))).toMatchObject({ code: 'PERMISSION_DENIED' });
    // stats-service inside Ada's call still signs as itself.
    expect(await refused(asAda(() => stats(Directory).getOrganisation({})))).toMatchObject({ code: 'PERMISSION_DENIED' });
  });

  test('A problem keeps its code, errors and current state across processes', async () => {
    const reach = await (await start()).reachAs('gateway', [Directory]);
    expect(await refused(asAda(() => reach(Directory).getProject({ key: 'p' })))).toMatchObject({
      code: 'VERSION_MISMATCH',
      detail: 'it moved',
      errors: [{ path: 'name', message: 'is taken' }],
      currentJson: '{"version":7}',
    });
  });

  test('An unexpected error tells nothing of the inside', async () => {
    const reach = await (await start()).reachAs('gateway', [Directory]);
    const answer = await refused(asAda(() => reach(Directory).listProjects({})));
    expect(answer.code).toBe('INTERNAL');
    expect(answer.detail).not.toContain('secret');
  });

  test('A service is reached by the same client each time, so that nothing piles up', async () => {
    const reach = await (await start()).reachAs('gateway', [Directory]);
    expect(reach(Directory)).toBe(reach(Directory));
    expect(() => reach(Experiments)).toThrow('gateway does not declare that it reaches stitchd.experiment.v1.Experiments');
  });

  test('The request id crosses services', async () => {
    const reach = await (await start()).reachAs('gateway', [Credentials]);
    const answer = await withCall({ requestId: 'r-42', principal: undefined, deadlineMs: undefined }, () =>
      reach(Credentials).verifyKey({}),
    );
    expect(answer.id).toBe('r-42');
  });

  test('A call that is not answered ends at its deadline', async () => {
    const reach = await (await start()).reachAs('gateway', [Experiments]);
    expect(await refused(asAda(() => reach(Experiments).listExperiments({})))).toMatchObject({ code: 'DEADLINE_EXCEEDED' });
  });
});

test('Apart, a key pair of another installation names nobody', async () => {
  await startApart();
  const foreign = await mkdtemp(path.join(os.tmpdir(), 'stitchd-keys-'));
  endings.push(() => rm(foreign, { recursive: true, force: true }));
  const ours = await mkdtemp(path.join(os.tmpdir(), 'stitchd-keys-'));
  endings.push(() => rm(ours, { recursive: true, force: true }));
  const auth = await runApart(
    'auth-service',
    definitions,
    createProcessContext({ environment, log, keyRing: createDirectoryKeyRing(ours, Date.now) }),
  );
  endings.push(auth.stop);
  const stranger = createProcessContext({
    environment: { ...environment, STITCHD_AUTH_ADDR: `127.0.0.1:${auth.grpcPort}` },
    log,
    keyRing: createDirectoryKeyRing(foreign, Date.now),
  });
  const { reach, close } = await reachApart('gateway', [Directory], definitions, stranger);
  endings.push(close);
  expect(await refused(asAda(() => reach(Directory).getOrganisation({})))).toMatchObject({ code: 'UNAUTHENTICATED' });
});
