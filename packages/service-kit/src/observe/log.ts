import { pino, type DestinationStream, type Logger as PinoLogger } from 'pino';

export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;
export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'silent';

/** Fields that are never written, wherever they stand in a line. */
const secretPaths = [
  'authorization',
  'cookie',
  'password',
  'secret',
  'token',
  'sdkKey',
  'refreshToken',
  'accessToken',
  'privateAttributes',
];

/** JSON lines into a file that only its owner may read. */
export function createFileLogger(level: LogLevel, file: string): Logger {
  return createLogger(level, pino.destination({ dest: file, mode: 0o600, mkdir: true, sync: false }));
}

/** JSON lines; `destination` is standard error unless told otherwise. */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  const paths = secretPaths.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `headers["${name}"]`]);
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      redact: { paths, censor: '[secret]' },
    },
    destination ?? pino.destination({ dest: 2, sync: false }),
  );
}
