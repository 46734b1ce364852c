/** Where the SDK says what happened; `console` fits. */
export interface WebLogger {
  warn(message: string): void;
  error(message: string): void;
}

/** Warnings and errors go to the console. */
export const consoleLogger: WebLogger = {
  warn: (message) => console.warn(`stitchd: ${message}`),
  error: (message) => console.error(`stitchd: ${message}`),
};

/** Makes a logger that can't throw, whatever the application passed. */
export function guardLogger(logger: WebLogger): WebLogger {
  const guard = (level: keyof WebLogger) => (message: string) => {
    try {
      logger[level](message);
    } catch {
      // A logger that fails has nowhere to be reported to.
    }
  };
  return { warn: guard('warn'), error: guard('error') };
}
