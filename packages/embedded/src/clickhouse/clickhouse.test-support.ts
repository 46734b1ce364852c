import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, type AgentOptions } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { type ClickHouseClient, createClient } from '@clickhouse/client';
import { ClickHouseLogLevel } from '@clickhouse/client';
import type { EngineLogEntry } from '../engine-log.ts';
import { type EmbeddedClickHouse, startClickHouse } from './start-clickhouse.ts';

/** An engine on a directory of its own, for one test file. */
export interface TestClickHouse {
  readonly dataDirectory: string;
  readonly engine: EmbeddedClickHouse;
  readonly client: ClickHouseClient;
  readonly log: readonly EngineLogEntry[];
  stop(): Promise<void>;
}

export async function startTestClickHouse(): Promise<TestClickHouse> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'stitchd-clickhouse-test-'));
  const log: EngineLogEntry[] = [];
  const engine = await startClickHouse({ dataDirectory, log: (entry) => log.push(entry) });
  const client = connectTo(engine.socketPath);
  return {
    dataDirectory,
    engine,
    client,
    log,
    async stop() {
      await client.close();
      await engine.stop();
      rmSync(dataDirectory, { recursive: true, force: true });
    },
  };
}

/** The stock client over a Unix socket. */
export function connectTo(socketPath: string, compression = false): ClickHouseClient {
  // @types/node leaves out what http.Agent documents: options of net.connect.
  const agentOptions: AgentOptions & { readonly socketPath: string } = { keepAlive: true, maxSockets: 32, socketPath };
  return createClient({
    url: 'http://localhost:8123',
    http_agent: new Agent(agentOptions),
    compression: { request: compression, response: compression },
    log: { level: ClickHouseLogLevel.OFF },
  });
}

export async function rowsOf(client: ClickHouseClient, query: string, more: object = {}): Promise<unknown[]> {
  const result = await client.query({ query, format: 'JSONEachRow', ...more });
  return result.json();
}

/** Sends bytes as the data of an INSERT. */
export async function insertBytes(client: ClickHouseClient, statement: string, bytes: Buffer | string): Promise<void> {
  const { stream } = await client.exec({ query: statement, values: Readable.from([bytes]) });
  stream.resume();
  await new Promise((resolve, reject) => stream.once('end', resolve).once('error', reject));
}
