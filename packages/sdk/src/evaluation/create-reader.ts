import {
  ContextHandle,
  evaluate,
  evaluateAll,
  type CompiledDefinitions,
  type EvaluationContext,
  type EvaluateOptions,
  type EvaluationMetadata,
  type ExposureSource,
  type FlagType,
  type JsonValue,
  type Memberships,
  type UsageRecorder,
} from '@stitchd/core';
import { recordExposure, type ExposedWhen, type ExposureSink } from '../events/exposures.ts';
import type { FlagDetails } from '../flags/flag-details.ts';
import { errorText } from '../guarded-call.ts';
import type { Hook } from '../hooks/hook.ts';
import { HookedEvaluation } from '../hooks/hooked-evaluation.ts';
import { runAfter, runBefore } from '../hooks/run-hooks.ts';
import type { ClientMemberships } from '../memberships/client-memberships.ts';
import type { FlagOverride, OverrideLookup } from '../overrides/override.ts';
import { overriddenDetails } from '../overrides/overridden-details.ts';
import type { SdkLogger } from '../sdk-logger.ts';
import { EvaluationNotes } from './evaluation-notes.ts';
import { traceFlag, type FlagTrace } from './trace-flag.ts';
import { defaultReadOptions, knownReadOptions, type KnownReadOptions, type ReadOptions } from './read-options.ts';

/** Options of a call for all flags, as they are used. */
export interface KnownAllFlagsOptions {
  readonly clientVisibleOnly: boolean;
  /** `false`: nobody is exposed, whatever the environment says. */
  readonly exposure: boolean;
}

/** Evaluates one flag, with all that hangs on a read by the application. Never throws. */
export interface Reader {
  /** The caller says what the answer is: values of the type that is asked for, or the fallback. */
  readonly read: <Answer, Variant extends string = string>(
    flagKey: string,
    context: EvaluationContext | ContextHandle,
    link: OverrideLookup | undefined,
    type: FlagType,
    fallback: unknown,
    options: ReadOptions | undefined,
  ) => FlagDetails<Answer, Variant>;
  /** The same answer of whatever type, without hooks and without exposing. */
  readonly peek: (
    flagKey: string,
    context: EvaluationContext | ContextHandle,
    link: OverrideLookup | undefined,
  ) => FlagDetails<JsonValue | undefined>;
  /**
   * As `peek` for every flag that is not archived, by key; the context is taken in once for all. Where the environment says that
   * deliveries expose, this is one.
   */
  readonly peekAll: (
    context: EvaluationContext | ContextHandle,
    link: OverrideLookup | undefined,
    options: KnownAllFlagsOptions,
  ) => ReadonlyMap<string, FlagDetails<JsonValue | undefined>>;
  /** Exposes what is delivered outside of the process. Answers false where that could not be queued. */
  readonly deliver: (exposure: ExposureSource, context: ContextHandle, atMs: number) => boolean;
  /** How the same answer came about. */
  readonly trace: (flagKey: string, context: EvaluationContext | ContextHandle, link: OverrideLookup | undefined) => FlagTrace;
  readonly notes: EvaluationNotes;
}

export interface ReaderParts extends ExposureSink {
  readonly compiled: () => CompiledDefinitions | undefined;
  readonly memberships: Pick<ClientMemberships, 'under'>;
  readonly nowMs: () => number;
  /** `false`: nothing is exposed. */
  readonly events: boolean;
  /** Undefined: reads are not counted. */
  readonly usage: Pick<UsageRecorder, 'read'> | undefined;
  readonly hooks: readonly Hook[];
  /** Overrides of this process. */
  readonly overrides: OverrideLookup;
  readonly logger: SdkLogger;
}

/** What core is handed at each evaluation: used again and again, and the clock is read at most once, if at all. */
class CoreOptions implements EvaluateOptions {
  readonly nestedExposures: ExposureSource[] = [];
  clientVisibleOnly = false;
  memberships: Memberships | undefined = undefined;
  busy = false;
  /** What was told of the last answer, if something was. */
  incomplete: EvaluationMetadata | undefined = undefined;
  private readonly clock: () => number;
  private readAtMs = Number.NaN;

  constructor(clock: () => number) {
    this.clock = clock;
  }

  get nowMs(): number {
    if (Number.isNaN(this.readAtMs)) this.readAtMs = this.clock();
    return this.readAtMs;
  }

  onIncomplete(metadata: EvaluationMetadata): void {
    this.incomplete = metadata;
  }

  begin(clientVisibleOnly: boolean, memberships: Memberships | undefined): void {
    this.busy = true;
    if (this.memberships !== memberships) this.memberships = memberships;
    this.clientVisibleOnly = clientVisibleOnly;
    this.readAtMs = Number.NaN;
    if (this.incomplete !== undefined) this.incomplete = undefined;
    if (this.nestedExposures.length > 0) this.nestedExposures.length = 0;
  }
}

export function createReader(parts: ReaderParts): Reader {
  const { compiled, nowMs, events, usage, hooks, overrides, logger } = parts;
  const notes = new EvaluationNotes(logger);
  const shared = new CoreOptions(nowMs);
  const onHookError = (error: unknown): void => notes.failure('hook', `a hook failed: ${errorText(error)}`);

  const overridden = (
    flagKey: string,
    link: OverrideLookup | undefined,
    type: FlagType | undefined,
  ): FlagDetails<JsonValue> | undefined => {
    const found: FlagOverride | undefined = link?.find(flagKey) ?? overrides.find(flagKey);
    if (found === undefined) return undefined;
    const outcome = overriddenDetails(found, flagKey, compiled()?.flags.get(flagKey), type);
    if (outcome.kind === 'served') return outcome.details;
    if (outcome.kind === 'unusable') notes.unusableOverride(found.source, flagKey, outcome.why);
    return undefined;
  };

  /** A context that was prepared brings its own, which ask what is remembered where they are out of date. */
  const membershipsOf = (context: unknown, definitions: CompiledDefinitions | undefined): Memberships | undefined => {
    const remembered = parts.memberships.under(definitions, context);
    if (remembered === undefined) return undefined;
    return ContextHandle.is(context) ? (context.memberships ?? remembered) : remembered;
  };

  const answer = (
    flagKey: string,
    context: EvaluationContext | ContextHandle,
    type: FlagType,
    fallback: unknown,
    { exposure: exposing, at }: KnownReadOptions,
  ): FlagDetails<unknown> => {
    // A context's own getter may evaluate, too.
    const core = shared.busy ? new CoreOptions(nowMs) : shared;
    const definitions = compiled();
    core.begin(false, membershipsOf(context, definitions));
    const details = evaluate(definitions, flagKey, context, type, fallback, core);
    core.busy = false;
    if (usage !== undefined) usage.read(flagKey, details, context);
    if (core.incomplete !== undefined) notes.take(flagKey, core.incomplete);
    const { exposure } = details;
    if (exposing && events && (core.nestedExposures.length > 0 || exposure !== undefined))
      expose(exposure, core.nestedExposures, context, { atMs: at ?? core.nowMs, by: 'read' });
    return details;
  };

  /** For calls with options, hooks or overrides: all that most do without. */
  const answerWatched = (
    flagKey: string,
    context: EvaluationContext | ContextHandle,
    link: OverrideLookup | undefined,
    type: FlagType,
    fallback: unknown,
    options: KnownReadOptions,
  ): FlagDetails<unknown> => {
    const all = options.hooks.length === 0 ? hooks : [...hooks, ...options.hooks];
    if (all.length === 0) return overridden(flagKey, link, type) ?? answer(flagKey, context, type, fallback, options);
    const evaluation = new HookedEvaluation({ flagKey, type, fallback }, context, compiled()?.revision, parts.privateNames);
    runBefore(all, evaluation, onHookError);
    const details = overridden(flagKey, link, type) ?? answer(flagKey, context, type, fallback, options);
    runAfter(all, evaluation, details as FlagDetails<JsonValue | undefined>, onHookError);
    return details;
  };

  const expose = (
    exposure: ExposureSource | undefined,
    nested: readonly ExposureSource[],
    context: EvaluationContext | ContextHandle,
    when: ExposedWhen,
  ): boolean => {
    try {
      for (const each of nested) recordExposure(each, context, when, parts);
      return exposure === undefined || recordExposure(exposure, context, when, parts);
    } catch (error) {
      // A hostile context or a clock that is none must not reach the application.
      notes.failure('exposure', `an exposure could not be recorded: ${errorText(error)}`);
      return false;
    }
  };

  return {
    notes,
    read<Answer, Variant extends string>(
      asked: string,
      context: EvaluationContext | ContextHandle,
      link: OverrideLookup | undefined,
      type: FlagType,
      fallback: unknown,
      options: ReadOptions | undefined,
    ) {
      // The type asked for was checked against the flag's, and variants against the flag's type when they were written.
      const details =
        options === undefined && hooks.length === 0 && link === undefined && overrides.isEmpty() && typeof asked === 'string'
          ? answer(asked, context, type, fallback, defaultReadOptions)
          : answerWatched(keyOf(asked), context, link, type, fallback, knownReadOptions(options));
      return details as FlagDetails<Answer, Variant>;
    },
    peek(asked, context, link) {
      const flagKey = keyOf(asked);
      const instead = link === undefined && overrides.isEmpty() ? undefined : overridden(flagKey, link, undefined);
      if (instead !== undefined) return instead;
      const core = shared.busy ? new CoreOptions(nowMs) : shared;
      const definitions = compiled();
      core.begin(false, membershipsOf(context, definitions));
      const details = evaluate(definitions, flagKey, context, undefined, undefined, core);
      core.busy = false;
      return details;
    },
    peekAll(context, link, { clientVisibleOnly, exposure }) {
      const answers = new Map<string, FlagDetails<JsonValue | undefined>>();
      const isOverridden = link !== undefined || !overrides.isEmpty();
      const core = shared.busy ? new CoreOptions(nowMs) : shared;
      const definitions = compiled();
      core.begin(clientVisibleOnly, membershipsOf(context, definitions));
      const exposes = exposure && events && definitions?.eventSettings.exposuresOn === 'delivery';
      evaluateAll(
        definitions,
        context,
        ({ key }, details) => {
          const instead = isOverridden ? overridden(key, link, undefined) : undefined;
          answers.set(key, instead ?? details);
          if (!exposes || (details.exposure === undefined && core.nestedExposures.length === 0)) return;
          if (instead === undefined)
            expose(details.exposure, core.nestedExposures, context, { atMs: core.nowMs, by: 'delivery' });
          core.nestedExposures.length = 0;
        },
        core,
      );
      core.busy = false;
      return answers;
    },
    deliver: (exposure, context, atMs) => expose(exposure, [], context, { atMs, by: 'delivery' }),
    trace(asked, context, link) {
      const flagKey = keyOf(asked);
      const definitions = compiled();
      const memberships = membershipsOf(context, definitions);
      const trace = traceFlag(definitions, flagKey, context, { nowMs: nowMs(), memberships, privateNames: parts.privateNames });
      const instead = overridden(flagKey, link, undefined);
      return instead === undefined ? trace : { ...trace, details: instead, steps: [] };
    },
  };
}

/** A key that is no text names no flag; as a text it may not even be shown. */
function keyOf(flagKey: unknown): string {
  return typeof flagKey === 'string' ? flagKey : '(no text)';
}
