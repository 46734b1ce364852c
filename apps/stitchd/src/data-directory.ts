import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Environment } from '@stitchd/service-kit';

const secretKeyBytes = 32;

/** Files of the data directory that the command line itself reads and writes. */
export interface DataDirectory {
  /** Absolute. */
  readonly path: string;
  readonly logFile: string;
  readonly internalKeys: string;
  /** An API token of the owner role for the command line on this host. */
  readonly operatorToken: PrivateFile;
  /** Where the embedded stores of `stitchd stores` or `stitchd start` answer. */
  readonly storeAddresses: PrivateFile;
  /** Where the running gateway answers, as it was started last. */
  readonly gatewayAddresses: PrivateFile;
  /** Keys of the demo project, shown again at each start. */
  readonly demoKeys: PrivateFile;
  readonly secretKey: PrivateFile;
}

/** A file that only its owner may read. */
export interface PrivateFile {
  readonly path: string;
  readonly read: () => string | undefined;
  readonly write: (text: string) => void;
  readonly remove: () => void;
}

export function openDataDirectory(chosen: string, workingDirectory: string): DataDirectory {
  const directory = path.resolve(workingDirectory, chosen);
  const file = (name: string): PrivateFile => createPrivateFile(path.join(directory, name));
  return {
    path: directory,
    logFile: path.join(directory, 'stitchd.log'),
    internalKeys: path.join(directory, 'internal-keys'),
    operatorToken: file('operator-token'),
    storeAddresses: file('store-addresses.json'),
    gatewayAddresses: file('gateway-addresses.json'),
    demoKeys: file('demo-keys.json'),
    secretKey: file('secret-key'),
  };
}

function createPrivateFile(file: string): PrivateFile {
  return {
    path: file,
    read() {
      try {
        return readFileSync(file, 'utf8').trim();
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
    },
    write(text) {
      mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
      writeFileSync(file, `${text}\n`, { mode: 0o600 });
    },
    remove: () => rmSync(file, { force: true }),
  };
}

/**
 * The key that encrypts signing keys in PostgreSQL: from the environment, else made once in the data directory.
 * @throws Error in production without one: replicas must share it, and a lost one can't be made again
 */
export function readSecretKey(environment: Environment, directory: DataDirectory): string {
  const given = environment['STITCHD_SECRET_KEY'] ?? directory.secretKey.read();
  if (given !== undefined && given !== '') {
    if (Buffer.from(given, 'base64').length !== secretKeyBytes)
      throw new Error(
        `STITCHD_SECRET_KEY must be ${secretKeyBytes} bytes in base64; make one with: openssl rand -base64 ${secretKeyBytes}`,
      );
    return given;
  }
  if (environment['NODE_ENV'] === 'production')
    throw new Error(
      `STITCHD_SECRET_KEY is required with NODE_ENV=production; make one with: openssl rand -base64 ${secretKeyBytes}`,
    );
  const made = randomBytes(secretKeyBytes).toString('base64');
  directory.secretKey.write(made);
  return made;
}
