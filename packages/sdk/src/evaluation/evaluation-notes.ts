import type { EvaluationMetadata } from '@stitchd/core';
import type { OverrideSource } from '../flags/flag-details.ts';
import { sdkLimits } from '../sdk-limits.ts';
import type { SdkLogger } from '../sdk-logger.ts';

/** Parts of the application, or next to it, whose failures the SDK keeps to itself. */
export type FailingPart = 'hook' | 'listener' | 'exposure' | 'override';

/** How evaluations went; counts since the client was made. */
export interface EvaluationCounts {
  /** Answers for which something could not be known, such as a membership in a list that is not held here. */
  readonly degraded: number;
  /** Answers for which a split's unit was missing in the context. */
  readonly unitMissing: number;
  /** Flags that were degraded at least once; at most `sdkLimits.maxNotedFlags` are named. */
  readonly degradedFlags: readonly string[];
}

/** What is worth telling about evaluations: counted always, logged once for each flag or part. */
export class EvaluationNotes {
  readonly failures: Record<FailingPart, number> = { hook: 0, listener: 0, exposure: 0, override: 0 };
  private degraded = 0;
  private unitMissing = 0;
  private readonly degradedFlags = new Set<string>();
  private readonly told = new Set<string>();
  private readonly logger: SdkLogger;

  constructor(logger: SdkLogger) {
    this.logger = logger;
  }

  /** Takes note of an answer. */
  take(flagKey: string, { degraded, unitMissing, unknown }: EvaluationMetadata): void {
    if (unitMissing !== undefined) {
      this.unitMissing++;
      this.once(
        `unit ${flagKey}`,
        () => `flag ${flagKey} was asked for a context without the unit of its split (${unitMissing})`,
      );
    }
    if (degraded !== true) return;
    this.degraded++;
    if (this.degradedFlags.size < sdkLimits.maxNotedFlags) this.degradedFlags.add(flagKey);
    this.once(`degraded ${flagKey}`, () => `flag ${flagKey} is answered without knowing ${unknown ?? 'something'}`);
  }

  /** A failure of what is not the SDK's own: counted, and logged the first time for each message. */
  failure(part: FailingPart, message: string): void {
    this.failures[part]++;
    this.once(`${part} ${message}`, () => message);
  }

  /** An override that does not fit its flag: it is passed over. */
  unusableOverride(source: OverrideSource, flagKey: string, why: string): void {
    this.once(`override ${source} ${flagKey} ${why}`, () => {
      this.failures.override++;
      return `the override of flag ${flagKey} (${source}) is passed over: ${why}`;
    });
  }

  counts(): EvaluationCounts {
    return { degraded: this.degraded, unitMissing: this.unitMissing, degradedFlags: [...this.degradedFlags] };
  }

  private once(name: string, message: () => string): void {
    if (this.told.has(name) || this.told.size >= sdkLimits.maxNotedFlags) return;
    this.told.add(name);
    this.logger.warn(message());
  }
}
