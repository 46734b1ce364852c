import type { ConfigurationDocument, ConfigurationRow, FlagRow } from '@stitchd/db/flag';

/** What a flag does in an environment, whether somebody configured it there or not. */
export interface EffectiveConfiguration {
  readonly enabled: boolean;
  readonly document: ConfigurationDocument;
  readonly version: number;
  readonly updatedAt: Date;
}

/** An absent row is the flag's initial behaviour, at version 1. */
export function effectiveConfiguration(flag: FlagRow, row: ConfigurationRow | undefined): EffectiveConfiguration {
  if (row !== undefined) return { enabled: row.enabled, document: row.document, version: row.version, updatedAt: row.updated_at };
  return { enabled: false, document: initialDocument(flag), version: 1, updatedAt: flag.created_at };
}

function initialDocument(flag: FlagRow): ConfigurationDocument {
  return {
    offVariant: flag.initial_off_variant,
    prerequisites: [],
    targets: [],
    rules: [],
    defaultServe: { variant: flag.initial_serve_variant },
  };
}
