import type { FlagDefinition, JsonValue, SegmentDefinition } from '@stitchd/core';
import { createClient, type StitchdClient } from '../client.ts';
import type { EventItem, ExposureItem } from '../events/item.ts';
import { createExposureMemory } from '../events/exposure-memory.ts';
import type { FlagKey, KnownFlags, ValueOf } from '../flags/flag-table.ts';
import type { Hook } from '../hooks/hook.ts';
import { createClientMemberships } from '../memberships/client-memberships.ts';
import { createIdSource } from '../new-id.ts';
import { createLocalOverrides } from '../overrides/local-overrides.ts';
import { nothingOverridden } from '../overrides/parse-overrides.ts';
import { consoleLogger, guardLogger, type SdkLogger } from '../sdk-logger.ts';
import type { TelemetryOptions } from '../telemetry/open-telemetry.ts';
import { webPlatform } from '../web-platform.ts';
import { createRecordingQueue } from './recording-queue.ts';
import { createTestDefinitions, flagWithValue } from './test-definitions.ts';

export interface TestClientOptions<Flags = KnownFlags> {
  /** What flags answer, to everybody, by key. A flag that is not named is not there. */
  readonly flags?: { readonly [Key in FlagKey<Flags>]?: ValueOf<Flags, Key> };
  /** Flags with all that decides them, where a test is about that. */
  readonly definitions?: readonly FlagDefinition[];
  /** The segments that these refer to. */
  readonly segments?: readonly SegmentDefinition[];
  /** A definitions document, such as `GET /v1/sdk/definitions` answers, as text or parsed. */
  readonly document?: unknown;
  readonly privateAttributes?: readonly string[];
  readonly hooks?: readonly Hook[];
  readonly openTelemetry?: TelemetryOptions;
  /** The time, in epoch milliseconds; the clock's where left out. */
  readonly nowMs?: () => number;
  /** Warnings and errors go to the console where left out. */
  readonly logger?: SdkLogger;
}

/** A client whose definitions a test writes, and whose events it reads. */
export interface TestClient<Flags = KnownFlags> extends StitchdClient<Flags> {
  /** Makes a flag answer a value to everybody; change listeners hear of it. */
  setFlag<Key extends FlagKey<Flags>>(flagKey: Key, value: ValueOf<Flags, Key>): void;
  /** Puts a flag with all that decides it in the place of the one with its key. */
  setDefinition(definition: FlagDefinition): void;
  setSegment(definition: SegmentDefinition): void;
  /** From now on there is no such flag. */
  removeFlag(flagKey: FlagKey<Flags>): void;
  /** The exposures that would have been sent, in order. */
  exposures(): readonly ExposureItem[];
  /** The tracked events that would have been sent, in order. */
  events(): readonly EventItem[];
  /** Forgets the events and exposures so far. An exposure that came before is not repeated within the hour. */
  clear(): void;
}

/**
 * Makes a client for tests: the evaluator, hooks and checks of a real one, without network and without timers.
 * @throws TypeError for a `document` that can't be used
 */
export function createTestClient<Flags = KnownFlags>(options: TestClientOptions<Flags> = {}): TestClient<Flags> {
  // A flag's values are values of JSON, whatever shape the application knows them by.
  const definitions = createTestDefinitions(options.document, {
    segments: options.segments ?? [],
    flags: [
      ...(options.definitions ?? []),
      ...Object.entries<unknown>(options.flags ?? {}).map(([key, value]) => flagWithValue(key, value as JsonValue)),
    ],
  });
  const queue = createRecordingQueue();
  const logger = guardLogger(options.logger ?? consoleLogger);
  const client = createClient<Flags>({
    sync: definitions,
    keeper: undefined,
    queue,
    finish: () => Promise.resolve(),
    onClose: () => undefined,
    memory: createExposureMemory(),
    memberships: createClientMemberships({
      url: '',
      sdkKey: '',
      offline: true,
      privateAttributes: [],
      logger,
      platform: webPlatform,
      sync: definitions,
    }),
    newId: createIdSource(webPlatform.fillRandom),
    nowMs: options.nowMs ?? webPlatform.nowMs,
    events: true,
    usage: undefined,
    privateNames: new Set(options.privateAttributes),
    hooks: options.hooks ?? [],
    openTelemetry: options.openTelemetry ?? {},
    hmacSha256: undefined,
    overrides: createLocalOverrides(nothingOverridden, undefined),
    logger,
  });
  return {
    ...client,
    setFlag: (flagKey, value) => definitions.setFlag(flagWithValue(flagKey, value as JsonValue)),
    setDefinition: (definition) => definitions.setFlag(definition),
    setSegment: (definition) => definitions.setSegment(definition),
    removeFlag: (flagKey) => definitions.removeFlag(flagKey),
    exposures: () => queue.items().filter((item) => item.type === 'exposure'),
    events: () => queue.items().filter((item) => item.type === 'event'),
    clear: () => queue.clear(),
  };
}
