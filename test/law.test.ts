import { spawnSync } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const require = createRequire(import.meta.url);
const law = require('../.dependency-cruiser.cjs') as { readonly forbidden: readonly { readonly name: string }[] };

interface Import {
  readonly from: string;
  readonly imports: string;
}

/** One import for each rule that must refuse it; `from` is the folder or file in which it is written. */
const forbidden: readonly (Import & { readonly rule: string })[] = [
  { rule: 'core-is-pure', from: 'packages/core/src', imports: 'zod' },
  { rule: 'core-is-pure', from: 'packages/core/src', imports: 'node:crypto' },
  { rule: 'core-is-pure', from: 'packages/core/src', imports: '@stitchd/proto' },
  { rule: 'core-is-pure', from: 'packages/core/src', imports: '@stitchd/statistics' },
  { rule: 'statistics-is-pure', from: 'packages/statistics/src', imports: '@stitchd/core' },
  { rule: 'statistics-is-pure', from: 'packages/statistics/src', imports: 're2js' },
  { rule: 'statistics-is-pure', from: 'packages/statistics/src', imports: 'node:fs' },
  { rule: 'proto-knows-core', from: 'packages/proto/src', imports: '@stitchd/service-kit' },
  { rule: 'proto-knows-core', from: 'packages/proto/src', imports: '@connectrpc/connect' },
  { rule: 'proto-knows-core', from: 'packages/proto/src', imports: 'node:fs' },
  { rule: 'db-knows-core', from: 'packages/db/src', imports: '@stitchd/proto' },
  { rule: 'db-knows-core', from: 'packages/db/src/platform', imports: '@stitchd/flag-service' },
  { rule: 'db-knows-core', from: 'packages/db/src', imports: 'fastify' },
  { rule: 'connections-survive-their-loss', from: 'packages/db/src/platform', imports: 'pg' },
  { rule: 'owners-do-not-read-each-other', from: 'packages/db/src/experiment', imports: '../auth/index.ts' },
  { rule: 'events-knows-core-and-db', from: 'packages/events/src', imports: '@stitchd/proto' },
  { rule: 'events-knows-core-and-db', from: 'packages/events/src', imports: '@stitchd/event-service' },
  { rule: 'service-kit-knows-no-data', from: 'packages/service-kit/src', imports: '@stitchd/db/postgres' },
  { rule: 'service-kit-knows-no-data', from: 'packages/service-kit/src', imports: '@stitchd/auth-service' },
  { rule: 'service-kit-knows-no-data', from: 'packages/service-kit/src', imports: 'pg' },
  { rule: 'sdk-knows-core', from: 'packages/sdk/src', imports: '@stitchd/service-kit' },
  { rule: 'sdk-knows-core', from: 'packages/sdk/src', imports: '@stitchd/db/postgres' },
  { rule: 'sdk-knows-core', from: 'packages/sdk/src', imports: '@stitchd/gateway' },
  { rule: 'sdk-keeps-node-apart', from: 'packages/sdk/src/edge', imports: 'node:fs' },
  { rule: 'sdk-keeps-node-apart', from: 'packages/sdk/src/sync', imports: 'node:http' },
  { rule: 'edge-runs-without-node', from: 'packages/sdk/src/edge', imports: '../node/snapshot-file.ts' },
  { rule: 'sdk-web-knows-core', from: 'packages/sdk-web/src', imports: 'node:fs' },
  { rule: 'sdk-web-knows-core', from: 'packages/sdk-web/src', imports: '@stitchd/sdk' },
  { rule: 'ofrep-knows-core', from: 'packages/ofrep/src', imports: 'node:http' },
  { rule: 'ofrep-knows-core', from: 'packages/ofrep/src', imports: '@stitchd/proto' },
  { rule: 'openfeature-server-knows-sdk', from: 'packages/openfeature-server/src', imports: '@stitchd/core' },
  { rule: 'openfeature-web-knows-sdk-web', from: 'packages/openfeature-web/src', imports: '@stitchd/sdk' },
  { rule: 'embedded-knows-its-engines', from: 'packages/embedded/src', imports: '@stitchd/core' },
  { rule: 'embedded-knows-its-engines', from: 'packages/embedded/src', imports: '@stitchd/db/postgres' },
  { rule: 'rest-client-knows-fetch', from: 'packages/rest-client/src', imports: '@stitchd/core' },
  { rule: 'rest-client-knows-fetch', from: 'packages/rest-client/src', imports: 'node:http' },
  { rule: 'auth-service-knows-packages', from: 'services/auth-service/src', imports: '@stitchd/sdk' },
  { rule: 'flag-service-knows-packages', from: 'services/flag-service/src', imports: 'stitchd' },
  { rule: 'flag-service-knows-packages', from: 'services/flag-service/src', imports: 'pg' },
  { rule: 'segmentation-service-knows-packages', from: 'services/segmentation-service/src', imports: '@stitchd/embedded' },
  { rule: 'event-service-knows-packages', from: 'services/event-service/src', imports: '@stitchd/rest-client' },
  { rule: 'flag-service-knows-packages', from: 'services/flag-service/src', imports: 'ajv' },
  { rule: 'experimentation-service-knows-packages', from: 'services/experimentation-service/src', imports: '@stitchd/sdk' },
  { rule: 'stats-service-knows-packages', from: 'services/stats-service/src', imports: '@clickhouse/client' },
  { rule: 'services-do-not-import-each-other', from: 'services/flag-service/src', imports: '@stitchd/segmentation-service' },
  { rule: 'services-do-not-import-each-other', from: 'services/stats-service/src', imports: '@stitchd/gateway' },
  { rule: 'services-do-not-import-each-other', from: 'services/gateway/src', imports: '@stitchd/auth-service' },
  { rule: 'auth-service-reads-its-own-tables', from: 'services/auth-service/src', imports: '@stitchd/db/experiment' },
  { rule: 'flag-service-reads-its-own-tables', from: 'services/flag-service/src', imports: '@stitchd/db/auth' },
  { rule: 'flag-service-reads-its-own-tables', from: 'services/flag-service/src', imports: '@stitchd/db/clickhouse' },
  { rule: 'segmentation-service-reads-its-own-tables', from: 'services/segmentation-service/src', imports: '@stitchd/db/auth' },
  { rule: 'event-service-reads-its-own-tables', from: 'services/event-service/src', imports: '@stitchd/db/experiment' },
  {
    rule: 'experimentation-service-reads-its-own-tables',
    from: 'services/experimentation-service/src',
    imports: '@stitchd/db/auth',
  },
  { rule: 'stats-service-reads-its-own-tables', from: 'services/stats-service/src', imports: '@stitchd/db/experiment' },
  { rule: 'gateway-holds-no-database', from: 'services/gateway/src', imports: '@stitchd/db/postgres' },
  { rule: 'gateway-holds-no-database', from: 'services/gateway/src', imports: '@stitchd/events' },
  { rule: 'gateway-holds-no-database', from: 'services/gateway/src', imports: '@stitchd/embedded' },
  { rule: 'gateway-holds-no-database', from: 'services/gateway/src', imports: 'pg' },
  { rule: 'gateway-holds-no-database', from: 'services/gateway/src', imports: '@clickhouse/client' },
  { rule: 'gateway-knows-contracts', from: 'services/gateway/src', imports: '@stitchd/statistics' },
  { rule: 'gateway-knows-contracts', from: 'services/gateway/src', imports: '@stitchd/sdk' },
  { rule: 'command-knows-all', from: 'apps/stitchd/src', imports: '@stitchd/xtask' },
  { rule: 'admin-knows-rest', from: 'apps/admin/src', imports: '@stitchd/service-kit' },
  { rule: 'admin-knows-rest', from: 'apps/admin/src', imports: 'node:fs' },
  { rule: 'admin-knows-rest', from: 'apps/admin/src', imports: 'pg' },
  { rule: 'only-the-command-imports-services', from: 'apps/admin/src', imports: '@stitchd/gateway' },
  { rule: 'only-the-command-imports-services', from: 'packages/sdk/src', imports: '@stitchd/flag-service' },
  { rule: 'xtask-knows-what-it-documents', from: 'xtask/src', imports: '@stitchd/flag-service' },
  { rule: 'xtask-knows-what-it-documents', from: 'xtask/src', imports: '@stitchd/db/postgres' },
  { rule: 'parts-are-entered-by-their-exports', from: 'packages/sdk/src', imports: '../../core/src/index.ts' },
  { rule: 'production-imports-no-test-code', from: 'packages/core/src', imports: './breach-target.test.ts' },
  { rule: 'production-imports-no-test-code', from: 'packages/core/src', imports: '../../../conformance/runner/breach-target.ts' },
  { rule: 'production-imports-no-development-package', from: 'services/gateway/src', imports: '@grpc/grpc-js' },
  { rule: 'packages-are-declared', from: 'packages/sdk/src', imports: '@bufbuild/buf' },
  { rule: 'everything-resolves', from: 'packages/core/src', imports: './no-such-file.ts' },
  { rule: 'everything-resolves', from: 'services/flag-service/src', imports: 'no-such-package' },
  { rule: 'everything-resolves', from: 'services/flag-service/src', imports: '@stitchd/core/src/index.ts' },
];

/** Imports that the law must leave alone, so that it isn't kept by refusing everything. */
const allowed: readonly Import[] = [
  { from: 'packages/core/src', imports: 're2js' },
  { from: 'packages/core/src/breach.test.ts', imports: 'node:fs' },
  { from: 'packages/core/src/breach.test-support.ts', imports: '@stitchd/db/postgres' },
  { from: 'packages/proto/src', imports: '@bufbuild/protobuf' },
  { from: 'packages/db/src', imports: 'kysely' },
  { from: 'packages/db/src', imports: 'node:path' },
  { from: 'packages/events/src', imports: '@stitchd/db/clickhouse' },
  { from: 'packages/service-kit/src', imports: '@stitchd/proto/common/v1/common' },
  { from: 'packages/sdk/src/node', imports: 'node:http2' },
  { from: 'packages/rest-client/src', imports: 'openapi-fetch' },
  { from: 'services/auth-service/src', imports: '@stitchd/db/auth' },
  { from: 'services/event-service/src', imports: 'ajv' },
  { from: 'services/stats-service/src', imports: '@stitchd/db/clickhouse' },
  { from: 'services/stats-service/src', imports: '@stitchd/statistics' },
  { from: 'services/experimentation-service/src', imports: '@stitchd/db/platform' },
  { from: 'services/gateway/src', imports: 'fastify' },
  { from: 'apps/stitchd/src', imports: '@stitchd/flag-service' },
  { from: 'apps/stitchd/src', imports: '@stitchd/db/postgres' },
  { from: 'apps/admin/src', imports: '@stitchd/core' },
  { from: 'apps/admin/src', imports: 'react' },
  { from: 'xtask/src', imports: '@stitchd/gateway' },
  { from: 'test', imports: '@stitchd/flag-service' },
];

let copy: string;
let refusals: ReadonlyMap<string, readonly string[]>;
let exitCode: number | null;

const described = ({ from, imports }: Import): string => `${from} → ${imports}`;
const written = new Map<string, string>();

/** The sources as they are, with node_modules that lead to the copy where the originals lead to the sources. */
async function copySources(): Promise<string> {
  const directory = await mkdtemp(path.join(os.tmpdir(), 'stitchd-law-'));
  const isSource = (file: string): boolean => !['node_modules', 'dist'].includes(path.basename(file));
  for (const folder of [
    'packages',
    'services',
    'apps',
    'xtask',
    'package.json',
    'tsconfig.base.json',
    '.dependency-cruiser.cjs',
  ]) {
    await cp(path.join(root, folder), path.join(directory, folder), { recursive: true, filter: isSource });
  }
  await mkdir(path.join(directory, 'node_modules/@stitchd'), { recursive: true });
  for (const name of await readdir(path.join(root, 'node_modules'))) {
    if (name === '@stitchd') continue;
    const link = await readlink(path.join(root, 'node_modules', name)).catch(() => path.join(root, 'node_modules', name));
    await symlink(link, path.join(directory, 'node_modules', name));
  }
  for (const name of await readdir(path.join(root, 'node_modules/@stitchd'))) {
    const link = await readlink(path.join(root, 'node_modules/@stitchd', name));
    await symlink(link, path.join(directory, 'node_modules/@stitchd', name));
  }
  return directory;
}

async function write(file: string, source: string): Promise<void> {
  await mkdir(path.dirname(path.join(copy, file)), { recursive: true });
  await writeFile(path.join(copy, file), source);
}

async function writeImports(imports: readonly Import[], prefix: string): Promise<void> {
  for (const [index, each] of imports.entries()) {
    const file = each.from.endsWith('.ts') ? each.from : path.join(each.from, `${prefix}-${index}.ts`);
    written.set(described(each), file);
    await write(file, `import '${each.imports}';\n`);
  }
}

/** Which rules refused an import of each file, as `npm run check` prints them. */
function applyLaw(): { readonly refusals: ReadonlyMap<string, readonly string[]>; readonly exitCode: number | null } {
  const command = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
  const args = [
    command,
    '--config',
    '.dependency-cruiser.cjs',
    '--output-type',
    'err',
    'packages',
    'services',
    'apps',
    'xtask',
    'test',
  ];
  const result = spawnSync(process.execPath, args, { cwd: copy, encoding: 'utf8', env: { ...process.env, NO_COLOR: '1' } });
  const found = new Map<string, string[]>();
  for (const [, rule = '', file = ''] of result.stdout.matchAll(/^ {2}error ([a-z0-9-]+): (\S+)/gm)) {
    found.set(file, [...(found.get(file) ?? []), rule]);
  }
  return { refusals: found, exitCode: result.status };
}

describe('The dependency law', () => {
  beforeAll(async () => {
    copy = await copySources();
    await writeImports(forbidden, 'breach');
    await writeImports(allowed, 'allowed');
    await write('packages/core/src/breach-target.test.ts', 'export {};\n');
    await write('conformance/runner/breach-target.ts', 'export {};\n');
    await write('packages/core/src/breach-round.ts', "import './breach-about.ts';\n");
    await write('packages/core/src/breach-about.ts', "import './breach-round.ts';\n");
    ({ refusals, exitCode } = applyLaw());
  });

  afterAll(() => rm(copy, { recursive: true, force: true }));

  test.each(forbidden)('$rule refuses $from → $imports', (each) => {
    expect(refusals.get(written.get(described(each)) ?? '') ?? []).toContain(each.rule);
  });

  test('no-cycles refuses two files that import each other', () => {
    const [round, about] = ['packages/core/src/breach-round.ts', 'packages/core/src/breach-about.ts'];
    expect([...(refusals.get(round) ?? []), ...(refusals.get(about) ?? [])]).toContain('no-cycles');
  });

  test.each(allowed)('nothing refuses $from → $imports', (each) => {
    expect(refusals.get(written.get(described(each)) ?? '') ?? []).toEqual([]);
  });

  test('fails the check when something is refused', () => {
    expect(exitCode).not.toBe(0);
  });

  test('has no rule without an import that it refuses', () => {
    const proven = new Set(['no-cycles', ...forbidden.map((each) => each.rule)]);
    expect(law.forbidden.map((rule) => rule.name).filter((name) => !proven.has(name))).toEqual([]);
  });
});
