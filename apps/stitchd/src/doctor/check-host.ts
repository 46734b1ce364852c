import { access, constants, mkdir, statfs } from 'node:fs/promises';
import { createServer } from 'node:net';
import os from 'node:os';
import { listen, PortInUseError } from '@stitchd/service-kit';
import { bad, good, warning, type Finding } from './finding.ts';

const oldestNode = [20, 19] as const;
/** Below the first the stores may fail soon; below the second an operator should know. */
const diskBytes = { bad: 512 * 1024 ** 2, warning: 5 * 1024 ** 3 } as const;
const memoryBytes = 1.5 * 1024 ** 3;

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const fits = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  return fits
    ? good('Node.js', version)
    : bad('Node.js', `${version} is too old`, `Install Node.js ${oldestNode.join('.')} or newer.`);
}

export function checkPlatform(): Finding {
  const platform = `${process.platform}-${process.arch}`;
  return platform === 'linux-x64'
    ? good('Platform', platform)
    : warning(
        'Platform',
        `${platform}: the embedded stores run on linux-x64 only`,
        'Set STITCHD_DATABASE_URL and STITCHD_CLICKHOUSE_URL.',
      );
}

export function checkMemory(): Finding {
  const total = os.totalmem();
  const detail = `${(total / 1024 ** 3).toFixed(1)} GiB`;
  return total >= memoryBytes
    ? good('Memory', detail)
    : warning('Memory', detail, 'The whole product with both stores wants 1.5 GiB.');
}

export async function checkDisk(directory: string): Promise<Finding[]> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    await access(directory, constants.W_OK);
  } catch (error) {
    return [
      bad('Data directory', `${directory} can't be written: ${String(error)}`, 'Choose another one with STITCHD_DATA_DIR.'),
    ];
  }
  const { bavail, bsize } = await statfs(directory);
  const free = bavail * bsize;
  const detail = `${(free / 1024 ** 3).toFixed(1)} GiB free in ${directory}`;
  if (free < diskBytes.bad) return [bad('Disk', detail, 'Free some space, or choose another disk with STITCHD_DATA_DIR.')];
  return [free < diskBytes.warning ? warning('Disk', detail, 'Event data grows; plan for more.') : good('Disk', detail)];
}

export async function checkPort(use: string, host: string, port: number, variable: string): Promise<Finding> {
  const name = `Port ${port} (${use})`;
  const server = createServer();
  try {
    await listen(server, host, port, variable);
    return good(name, 'is free');
  } catch (error) {
    if (error instanceof PortInUseError)
      return bad(name, 'is in use by another program', `Stop that program, or choose another port with ${variable}.`);
    return bad(name, String(error), `Choose another port with ${variable}.`);
  } finally {
    server.close();
  }
}
