// unleash-server on an embedded PostgreSQL, with the flags of the plan: it answers its port and a key for its front-end API.
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { startPostgres } from '../../packages/embedded/dist/index.js';
import { freePort } from './free-port.mjs';
import { namedUsers, plannedFlags } from './plan.mjs';

const secret = '*:development.bench-front-end';

/** @param {number} port */
async function seed(port) {
  const ask = async (/** @type {string} */ where, /** @type {unknown} */ body) => {
    const response = await fetch(`http://127.0.0.1:${port}/api/admin/projects/default/features${where}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`unleash: ${where}: ${response.status} ${await response.text()}`);
  };
  for (const { key, kind } of plannedFlags) {
    await ask('', { name: key, type: 'release' });
    const rollout = kind === 'half' ? '50' : '100';
    const stickiness = kind === 'half' ? 'userId' : 'default';
    const constraints = kind === 'named' ? [{ contextName: 'userId', operator: 'IN', values: namedUsers }] : [];
    const strategy = { name: 'flexibleRollout', parameters: { rollout, stickiness, groupId: key }, constraints };
    await ask(`/${key}/environments/development/strategies`, strategy);
    await ask(`/${key}/environments/development/on`, undefined);
  }
}

/** The front-end API answers from a copy that is refreshed from time to time. @param {number} port */
async function untilServed(port) {
  const last = plannedFlags.at(-1)?.key;
  for (;;) {
    const response = await fetch(`http://127.0.0.1:${port}/api/frontend?userId=${namedUsers[0]}`, {
      headers: { authorization: secret },
    });
    const { toggles } = /** @type {{ toggles: { name: string }[] }} */ (await response.json());
    if (toggles.some(({ name }) => name === last)) return;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

const dataDirectory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-bench-unleash-'));
const log = () => undefined;
const postgres = await startPostgres({ dataDirectory, log });
const { start } = await import('unleash-server');
const port = await freePort();
const { username, pathname } = new URL(postgres.url.replace('@/', '@localhost/'));
const unleash = await start({
  db: { user: username, password: 'unused', host: postgres.socketDirectory, port: 5432, database: pathname.slice(1), ssl: false },
  server: { port, host: '127.0.0.1' },
  logLevel: 'fatal',
  versionCheck: { enable: false },
  telemetry: false,
  authentication: {
    type: 'none',
    initApiTokens: [{ environment: 'development', projects: ['*'], secret, type: 'frontend', tokenName: 'bench' }],
  },
});
for await (const _ of createInterface({ input: process.stdin })) {
  await seed(port);
  await untilServed(port);
  process.stdout.write(`${JSON.stringify({ port, secret })}\n`);
}
await unleash.stop().catch(() => undefined);
await postgres.stop();
await rm(dataDirectory, { recursive: true, force: true });
process.exit(0);
