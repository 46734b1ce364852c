import { callGuarded } from './guarded-call.ts';

/** Where the SDK says what happened; any of `console`, pino and winston fits. */
export interface SdkLogger {
  debug(message: string): void;
  info(message: string): void;
  warn(message: string): void;
  error(message: string): void;
}

const nothing = (): void => undefined;

/** Warnings and errors go to the console, the rest nowhere. */
export const consoleLogger: SdkLogger = {
  debug: nothing,
  info: nothing,
  warn: (message) => console.warn(`stitchd: ${message}`),
  error: (message) => console.error(`stitchd: ${message}`),
};

/** Makes a logger that can't throw, whatever the application passed. */
export function guardLogger(logger: SdkLogger): SdkLogger {
  const guard = (level: keyof SdkLogger) => (message: string) => {
    // A logger that fails has nowhere to be reported to.
    callGuarded(() => logger[level](message), nothing);
  };
  return { debug: guard('debug'), info: guard('info'), warn: guard('warn'), error: guard('error') };
}
