// Runs an exported function of one of our TypeScript modules in a process of its own, so that tests can kill that process:
// node start-in-child.test-support.mjs <module> <export> <JSON options or text>. Prints `started {…}` or `failed {…}` and stays until
// it is killed, or stops what it started on SIGTERM.
import { runnerImport } from 'vite';

const [path, name, options] = process.argv.slice(2);
const { module } = await runnerImport(path, { configFile: false, logLevel: 'error' });
try {
  const given = JSON.parse(options);
  const started = await module[name](
    typeof given === 'string' ? given : { ...given, log: (entry) => console.error(entry.message) },
  );
  process.on('SIGTERM', () => void started.stop().then(() => process.exit(0)));
  console.log(`started ${JSON.stringify(started)}`);
} catch (error) {
  console.log(`failed ${JSON.stringify({ code: error.code, message: error.message })}`);
  process.exit(1);
}
