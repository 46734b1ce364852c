import type { FlagDefinition } from '@stitchd/core';
import { flagWithValue } from './test-definitions.ts';

/** A flag whose split a running experiment decides: half of the units get each variant. */
export function experimentFlag(key: string, change: Partial<FlagDefinition> = {}, attribute?: string): FlagDefinition {
  return {
    ...flagWithValue(key, true),
    clientVisible: false,
    offVariant: 'off',
    defaultServe: {
      split: {
        id: `split-of-${key}`,
        contextKind: 'user',
        ...(attribute !== undefined && { attribute }),
        salt: '0123456789abcdef',
        iterationId: '0190a000-0000-7000-8000-000000000001',
        ranges: [
          { variant: 'off', from: 0, to: 50_000 },
          { variant: 'on', from: 50_000, to: 100_000 },
        ],
      },
    },
    ...change,
  };
}
