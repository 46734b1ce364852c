/** One line that an engine or its launcher wrote. */
export interface EngineLogEntry {
  readonly engine: 'postgresql' | 'clickhouse';
  readonly level: 'info' | 'warn' | 'error';
  readonly message: string;
}

/** Where engines write; the caller decides what becomes of it. It must not throw. */
export type EngineLog = (entry: EngineLogEntry) => void;
