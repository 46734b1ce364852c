// A replica that takes batches as fast as it can, to be killed: node sending-replica.test-support.mjs <options as JSON>.
// Prints a JSON list of ids after each batch that was acknowledged.
import { fileURLToPath } from 'node:url';
import { runnerImport } from 'vite';

const { module } = await runnerImport(fileURLToPath(new URL('./sending-replica.test-support.ts', import.meta.url)), {
  configFile: false,
  logLevel: 'error',
  resolve: { conditions: ['stitchd-source', 'module', 'node'] },
  ssr: { noExternal: [/^@stitchd\//], resolve: { conditions: ['stitchd-source', 'module', 'node'] } },
});
await module.sendForEver(JSON.parse(process.argv[2]));
