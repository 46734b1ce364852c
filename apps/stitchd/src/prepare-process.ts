import {
  createDirectoryKeyRing,
  createFileLogger,
  createLogger,
  platformSettings,
  readConfiguration,
  type Configuration,
  type Environment,
  type KeyRing,
  type Logger,
} from '@stitchd/service-kit';
import { openDataDirectory, type DataDirectory } from './data-directory.ts';

/** What every command begins with. */
export interface PreparedProcess {
  readonly environment: Environment;
  readonly platform: Configuration<typeof platformSettings>;
  readonly directory: DataDirectory;
}

/** @throws ConfigurationError */
export function prepareProcess(environment: Environment): PreparedProcess {
  const platform = readConfiguration(platformSettings, environment);
  return { environment, platform, directory: openDataDirectory(platform.dataDirectory, process.cwd()) };
}

/** Lines go to a file where the terminal is for people, and to standard error from processes that run apart. */
export function openLog(prepared: PreparedProcess, destination: 'file' | 'standard-error'): Logger {
  const { logLevel } = prepared.platform;
  return destination === 'file' ? createFileLogger(logLevel, prepared.directory.logFile) : createLogger(logLevel);
}

/** The key pairs by which processes of this installation know each other. */
export function openKeyRing(prepared: PreparedProcess): KeyRing {
  return createDirectoryKeyRing(prepared.platform.internalKeys ?? prepared.directory.internalKeys, Date.now);
}
