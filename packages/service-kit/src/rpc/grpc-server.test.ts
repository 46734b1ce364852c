import { fromBinary } from '@bufbuild/protobuf';
import { FileDescriptorProtoSchema } from '@bufbuild/protobuf/wkt';
import { createClient } from '@connectrpc/connect';
import { createGrpcTransport } from '@connectrpc/connect-node';
import { Health, HealthCheckResponse_ServingStatus as Status } from '@stitchd/proto/grpc/health/v1/health';
import { ServerReflection } from '@stitchd/proto/grpc/reflection/v1/reflection';
import { Results } from '@stitchd/proto/stats/v1/stats';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { defineService, implement, type Unready } from '../define-service.ts';
import { startOperatorServer, type OperatorServer } from '../http/operator-server.ts';
import { createMemoryKeyRing } from '../identity/key-ring.ts';
import { createLogger } from '../observe/log.ts';
import { createProcessContext } from '../run/process-context.ts';
import { runApart, type Apart } from '../run/run-apart.ts';
import { PortInUseError } from './listen.ts';

const log = createLogger('silent');
let unready: Unready = {};
const stats = defineService({
  name: 'stats-service',
  serves: [Results],
  reaches: [],
  settings: {},
  access: {},
  create: async () => ({ implementations: [implement(Results, {})], unready: async () => unready }),
});

let apart: Apart;
let operator: OperatorServer;

beforeEach(async () => {
  unready = {};
  apart = await runApart(
    'stats-service',
    [stats],
    createProcessContext({ environment: { STITCHD_STATS_GRPC_PORT: '0' }, log, keyRing: createMemoryKeyRing() }),
  );
  operator = await startOperatorServer({
    host: '127.0.0.1',
    port: 0,
    portVariable: 'STITCHD_STATS_METRICS_PORT',
    services: () => [apart.service],
  });
});
afterEach(async () => {
  await operator.close();
  await apart.stop();
});

const transport = () => createGrpcTransport({ baseUrl: `http://127.0.0.1:${apart.grpcPort}` });

test('The health protocol says whether the service can work, and knows no other services', async () => {
  const health = createClient(Health, transport());
  expect((await health.check({ service: 'stitchd.stats.v1.Results' })).status).toBe(Status.SERVING);
  unready = { postgres: 'does not answer' };
  expect((await health.check({})).status).toBe(Status.NOT_SERVING);
  await expect(health.check({ service: 'nobody' })).rejects.toThrow('there is no service nobody');
});

test('A watcher of health hears of each change', async () => {
  const seen: Status[] = [];
  const ending = new AbortController();
  const watching = (async () => {
    for await (const { status } of createClient(Health, transport()).watch({}, { signal: ending.signal })) seen.push(status);
  })().catch(() => undefined);
  await expect.poll(() => seen, { timeout: 5_000 }).toEqual([Status.SERVING]);
  unready = { postgres: 'does not answer' };
  await expect.poll(() => seen, { timeout: 5_000 }).toEqual([Status.SERVING, Status.NOT_SERVING]);
  ending.abort();
  await watching;
});

test('Reflection lists the services and hands out their descriptors with what they import', async () => {
  const reflection = createClient(ServerReflection, transport());
  async function* questions() {
    yield { messageRequest: { case: 'listServices', value: '' } } as const;
    yield { messageRequest: { case: 'fileContainingSymbol', value: 'stitchd.stats.v1.Results.GetResults' } } as const;
    yield { messageRequest: { case: 'fileByFilename', value: 'nowhere.proto' } } as const;
  }
  const answers = [];
  for await (const { messageResponse } of reflection.serverReflectionInfo(questions())) answers.push(messageResponse);
  expect(answers.map((answer) => answer.case)).toEqual(['listServicesResponse', 'fileDescriptorResponse', 'errorResponse']);
  const [services, file] = answers;
  expect(services?.case === 'listServicesResponse' && services.value.service.map(({ name }) => name)).toEqual([
    'stitchd.stats.v1.Results',
  ]);
  const names =
    file?.case === 'fileDescriptorResponse'
      ? file.value.fileDescriptorProto.map((bytes) => fromBinary(FileDescriptorProtoSchema, bytes).name)
      : [];
  expect(names).toEqual(expect.arrayContaining(['stitchd/stats/v1/stats.proto', 'google/protobuf/timestamp.proto']));
});

test('Operators are told whether the process runs, whether it can work and why not, and its metrics', async () => {
  const ask = async (path: string) => {
    const response = await fetch(`http://127.0.0.1:${operator.port}${path}`);
    return { status: response.status, text: await response.text() };
  };
  expect((await ask('/healthz')).status).toBe(200);
  expect((await ask('/readyz')).status).toBe(200);
  unready = { clickhouse: 'does not answer' };
  const { status, text } = await ask('/readyz');
  expect([status, JSON.parse(text)]).toEqual([
    503,
    { status: 'unready', unready: { 'stats-service': { clickhouse: 'does not answer' } } },
  ]);
  expect((await ask('/metrics')).text).toContain('stitchd_process_cpu_seconds_total');
  expect((await ask('/elsewhere')).status).toBe(404);
});

test('A port that is taken is named with the variable that changes it', async () => {
  const again = startOperatorServer({
    host: '127.0.0.1',
    port: operator.port,
    portVariable: 'STITCHD_STATS_METRICS_PORT',
    services: () => [],
  });
  await expect(again).rejects.toThrow(PortInUseError);
  await expect(again).rejects.toThrow(
    `port ${operator.port} is in use by another program; choose another one with STITCHD_STATS_METRICS_PORT`,
  );
});
