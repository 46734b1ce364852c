// Writes the generated sources, or with --check says which are out of date:
//   packages/proto/src/gen       from the .proto files
//   packages/rest-client/src/gen  from the gateway's OpenAPI document
//   packages/db/src/gen/schema.ts  from the schema that the migrations make, in an embedded PostgreSQL of its own
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const check = process.argv.includes('--check');
const only = process.argv.find((argument) => ['proto', 'rest', 'db'].includes(argument));
const scratch = fs.mkdtempSync(path.join(os.tmpdir(), 'stitchd-codegen-'));
const environment = { ...process.env, PATH: `${path.join(root, 'node_modules/.bin')}${path.delimiter}${process.env.PATH}` };
const stale = [];

function run(command, args, cwd = root) {
  const result = spawnSync(command, args, { cwd, env: environment, stdio: ['ignore', 'pipe', 'inherit'], encoding: 'utf8' });
  if (result.status !== 0) throw new Error(`${command} ${args.join(' ')} failed\n${result.stdout ?? ''}${result.error ?? ''}`);
}

function filesOf(directory) {
  if (!fs.existsSync(directory)) return new Map();
  const names = fs.readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(
    names.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(directory, file), fs.readFileSync(file, 'utf8')];
    }),
  );
}

/** Compares what was just written beside what is committed, or puts it in its place. */
function settle(made, committed) {
  const fresh = filesOf(made);
  const present = filesOf(committed);
  const same = fresh.size === present.size && [...fresh].every(([name, text]) => present.get(name) === text);
  if (same) return;
  if (check) return void stale.push(path.relative(root, committed));
  fs.rmSync(committed, { recursive: true, force: true });
  fs.cpSync(made, committed, { recursive: true });
  console.log(`wrote ${path.relative(root, committed)}`);
}

function settleFile(made, committed) {
  const text = fs.readFileSync(made, 'utf8');
  if (fs.existsSync(committed) && fs.readFileSync(committed, 'utf8') === text) return;
  if (check) return void stale.push(path.relative(root, committed));
  fs.writeFileSync(committed, text);
  console.log(`wrote ${path.relative(root, committed)}`);
}

function generateProto() {
  run('buf', ['lint'], path.join(root, 'packages/proto'));
  const made = path.join(scratch, 'proto');
  run('buf', ['generate', '--output', made], path.join(root, 'packages/proto'));
  settle(path.join(made, 'src/gen'), path.join(root, 'packages/proto/src/gen'));
}

function generateRestTypes() {
  const document = path.join(scratch, 'openapi.json');
  run(process.execPath, [path.join(root, 'services/gateway/bin/write-openapi.js'), document]);
  settleFile(document, path.join(root, 'services/gateway/openapi.json'));
  const made = path.join(scratch, 'rest');
  run('openapi-typescript', [document, '--output', path.join(made, 'schema.ts'), '--immutable', '--alphabetize']);
  settle(made, path.join(root, 'packages/rest-client/src/gen'));
}

async function generateDatabaseTypes() {
  const { startPostgres } = await import(path.join(root, 'packages/embedded/dist/index.js'));
  const { migratePostgres } = await import(path.join(root, 'packages/db/dist/postgres/index.js'));
  const postgres = await startPostgres({ dataDirectory: path.join(scratch, 'data'), log: () => {} });
  try {
    await migratePostgres(postgres.url, console.error);
    const made = path.join(scratch, 'db');
    fs.mkdirSync(made);
    run('kysely-codegen', [
      '--dialect',
      'postgres',
      '--url',
      postgres.url,
      '--out-file',
      path.join(made, 'schema.ts'),
      '--log-level',
      'error',
      '--exclude-pattern',
      'public.*',
      '--type-mapping',
      JSON.stringify({ int8: 'number' }),
    ]);
    settle(made, path.join(root, 'packages/db/src/gen'));
  } finally {
    await postgres.stop();
  }
}

try {
  if (only === undefined || only === 'proto') generateProto();
  if (only === undefined || only === 'rest') generateRestTypes();
  if (only === undefined || only === 'db') await generateDatabaseTypes();
} finally {
  fs.rmSync(scratch, { recursive: true, force: true });
}
if (stale.length > 0) {
  console.error(`out of date: ${stale.join(', ')}; run node scripts/codegen.mjs`);
  process.exit(1);
}
