import type { SdkLogger } from '../sdk-logger.ts';

/** Keeps what was logged, each line with its level. */
export function createRecordingLogger(): SdkLogger & { readonly lines: string[] } {
  const lines: string[] = [];
  const keep = (level: string) => (message: string) => void lines.push(`${level}: ${message}`);
  return { lines, debug: keep('debug'), info: keep('info'), warn: keep('warn'), error: keep('error') };
}
