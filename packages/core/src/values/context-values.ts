import type { ContextHandle } from '../context/context-handle.ts';
import { isPrivateUnit, privateNamesOf, type PrivateNames } from '../context/private-attributes.ts';
import type { FlagType } from '../definitions/flag.ts';
import type { JsonValue } from '../definitions/json-value.ts';
import type { CompiledDefinitions } from '../evaluation/compiled-definitions.ts';
import type {
  EvaluationDetails,
  EvaluationErrorCode,
  EvaluationMetadata,
  EvaluationReason,
  ExposureSource,
} from '../evaluation/details.ts';
import { evaluateAll } from '../evaluation/evaluate-all.ts';
import { exposureAttributes } from '../usage/exposure-attributes.ts';
import { unitOf } from '../evaluation/evaluate.ts';
import { hashUnit } from '../hashing/unit.ts';

const noNames: PrivateNames = new Set();

/** What a read of a flag exposes, ready to be sent: no context is needed any more. */
export interface ValueExposure {
  readonly flag: string;
  readonly variant: string;
  readonly rule?: string;
  readonly split?: string;
  readonly iterationId?: string;
  readonly holdout?: string;
  /** Holdouts that cover the place, in the order in which they are asked; absent: none. */
  readonly coveredBy?: readonly string[];
  /** The kind whose key the unit stands for. */
  readonly kind: string;
  readonly unit: string;
  /** Those that the environment asks for; never private ones. */
  readonly attributes?: Readonly<Record<string, string>>;
}

/** What one flag answers to one context. */
export interface FlagValue {
  /** Absent where the caller's default is the answer. */
  readonly value?: JsonValue;
  readonly variant?: string;
  readonly reason: EvaluationReason;
  readonly type?: FlagType;
  readonly errorCode?: EvaluationErrorCode;
  readonly errorMessage?: string;
  readonly metadata: EvaluationMetadata;
  /** Exposed by reading the value, those reached through other flags first; absent: nothing. */
  readonly exposures?: readonly ValueExposure[];
}

/** What an application may know about one context: values, never rules. */
export interface ContextValues {
  /** The environment's revision under which they were evaluated. */
  readonly revision: number;
  /** By flag key, in code-point order. */
  readonly flags: { readonly [flagKey: string]: FlagValue };
  /** Signed; keeps the variants of sticky splits. Null: there is nothing to keep. */
  readonly assignments: string | null;
  /** Names these answers: equal for equal ones, whatever the revision. */
  readonly etag: string;
}

export interface EvaluatedContext {
  readonly flags: ContextValues['flags'];
  readonly answers: readonly EvaluationDetails<JsonValue | undefined>[];
}

/**
 * Evaluates every flag that is not archived for a context. Exposes nobody by itself and never throws, unless a callback does.
 *
 * @param options.clientVisibleOnly - leaves out flags that are not `clientVisible`
 * @param options.privateNames - of attributes that are private beside those that the context names itself
 */
export function evaluateContext(
  compiled: CompiledDefinitions,
  context: ContextHandle,
  options: {
    readonly nowMs: number;
    readonly clientVisibleOnly: boolean;
    readonly privateNames?: PrivateNames;
    /** Hears each flag's answer. */
    readonly onAnswer?: ((flagKey: string, details: EvaluationDetails<JsonValue | undefined>) => void) | undefined;
    /**
     * Takes what a read of each flag would expose, possibly repeated, and answers whether it did: the delivery then exposes it, and
     * the values say nothing of it, so that nobody tells it again.
     */
    readonly onExposure?: ((exposure: ExposureSource) => boolean) | undefined;
  },
): EvaluatedContext {
  const names = privateNamesOf(context, options.privateNames ?? noNames);
  const attributes = exposureAttributes(compiled.eventSettings.exposureAttributes, context, names);
  const nestedExposures: ExposureSource[] = [];
  const answers: EvaluationDetails<JsonValue | undefined>[] = [];
  // Without a prototype: any name is a key like others.
  const flags = Object.create(null) as Record<string, FlagValue>;
  const served: { readonly key: string; readonly value: FlagValue; readonly details: (typeof answers)[number] }[] = [];
  evaluateAll(
    compiled,
    context,
    ({ key, type }, details) => {
      options.onAnswer?.(key, details);
      const sources = details.exposure === undefined ? nestedExposures : [...nestedExposures, details.exposure];
      const { onExposure } = options;
      const told = onExposure === undefined ? sources : sources.filter((source) => !onExposure(source));
      served.push({ key, value: flagValue(type, details, told, { context, names, attributes }), details });
      // Those of this flag were told; what follows are the next one's.
      nestedExposures.length = 0;
    },
    { ...options, nestedExposures },
  );
  for (const { key, value, details } of served.toSorted((a, b) => (a.key < b.key ? -1 : 1))) {
    flags[key] = value;
    answers.push(details);
  }
  return { flags, answers };
}

/** Whom a read exposes, and what is said of them. */
interface ExposedSubject {
  readonly context: ContextHandle;
  readonly names: PrivateNames;
  readonly attributes: Readonly<Record<string, string>>;
}

function flagValue(
  type: FlagType | undefined,
  { value, variant, reason, errorCode, errorMessage, metadata }: EvaluationDetails<JsonValue | undefined>,
  sources: readonly ExposureSource[],
  subject: ExposedSubject,
): FlagValue {
  const exposures = sources.flatMap((source) => valueExposure(source, subject) ?? []);
  return {
    ...(variant !== undefined && value !== undefined && { value, variant }),
    reason,
    ...(type !== undefined && { type }),
    ...(errorCode !== undefined && { errorCode }),
    ...(errorMessage !== undefined && { errorMessage }),
    metadata,
    ...(exposures.length > 0 && { exposures }),
  };
}

/** Undefined where there is no unit, or nobody may know it: it is private. */
function valueExposure(source: ExposureSource, { context, names, attributes }: ExposedSubject): ValueExposure | undefined {
  const { flagKey: flag, variant, ruleId: rule, splitId: split, iterationId, holdout, coveredBy, contextKind: kind } = source;
  if (isPrivateUnit(source, context, names)) return undefined;
  const unit = unitOf(context, source);
  if (unit === undefined) return undefined;
  return {
    flag,
    variant,
    ...(rule !== undefined && { rule }),
    ...(split !== undefined && { split }),
    ...(iterationId !== undefined && { iterationId }),
    ...(holdout !== undefined && { holdout }),
    ...(coveredBy.length > 0 && { coveredBy }),
    kind,
    unit,
    ...(Object.keys(attributes).length > 0 && { attributes }),
  };
}

/** Puts answers together as they are sent. */
export function contextValues(revision: number, flags: ContextValues['flags'], assignments: string | null): ContextValues {
  const { h1, h2 } = hashUnit(JSON.stringify([flags, assignments]));
  const etag = [h1, h2].map((hash) => hash.toString(16).padStart(8, '0')).join('');
  return { revision, flags, assignments, etag };
}
