// Runs a function of sending-replica.test-support.ts in a process of its own, which prints lines of JSON:
// node sending-replica.test-support.mjs <name> <options as JSON>.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('./sending-replica.test-support.ts', import.meta.url)), {
  configFile: false,
  logLevel: 'error',
  resolve: { conditions: ['stitchd-source', 'module', 'node'] },
  ssr: { noExternal: [/^@stitchd\//], resolve: { conditions: ['stitchd-source', 'module', 'node'] } },
});
const [name, options] = process.argv.slice(2);
await module[name](JSON.parse(options));
