import {
  evaluate,
  type CompiledDefinitions,
  type CompiledFlag,
  type ContextHandle,
  type EvaluateOptions,
  type EvaluationDetails,
  type ExposureSource,
  type JsonValue,
} from '@stitchd/core';
import { SequenceHash, textHash, type TextHash } from './answer-hash.ts';
import { ofrepAnswer } from './ofrep-answer.ts';

/** All flags for one context, as OFREP's bulk answer holds them. */
export interface BulkAnswer {
  /** The JSON list of evaluations, in ASCII, in the order of the flags' keys. */
  readonly flags: string;
  /** Stands for the list: the same evaluations have the same, on every gateway. 16 hex digits. */
  readonly hash: string;
}

/** A piece of the list: evaluations that are the same for every context, or a flag that has to be evaluated for each. */
type Part =
  | {
      readonly kind: 'written';
      readonly text: string;
      readonly hash: TextHash;
      /** What reading them exposes, whoever does. */
      readonly exposures: readonly ExposureSource[];
    }
  | { readonly kind: 'evaluated'; readonly key: string };

/** The lists of an environment at one revision. */
interface Parts {
  readonly all: readonly Part[];
  readonly clientVisible: readonly Part[];
}

const partsOf = new WeakMap<CompiledDefinitions, Parts>();
const nobody = {};

/** Archived flags exist for nobody, and hidden ones not for client keys. The order is that of the keys' code units. */
function parts(compiled: CompiledDefinitions): Parts {
  const known = partsOf.get(compiled);
  if (known !== undefined) return known;
  const present = [...compiled.flags.values()]
    .filter(({ archived }) => !archived)
    .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const made = {
    all: partsFrom(compiled, present),
    clientVisible: partsFrom(
      compiled,
      present.filter(({ clientVisible }) => clientVisible),
    ),
  };
  partsOf.set(compiled, made);
  return made;
}

function partsFrom(compiled: CompiledDefinitions, flags: readonly CompiledFlag[]): readonly Part[] {
  const made: Part[] = [];
  let written: string[] = [];
  let exposures: ExposureSource[] = [];
  const close = (): void => {
    if (written.length === 0) return;
    const text = written.join(',');
    made.push({ kind: 'written', text, hash: textHash(text), exposures });
    written = [];
    exposures = [];
  };
  for (const flag of flags) {
    const { key } = flag;
    // Before it has been asked once a flag may not know that it is the same for everybody, and all gateways have to agree on that.
    const forNobody = evaluate<undefined>(compiled, key, nobody, undefined, undefined);
    if (flag.constant === undefined) {
      close();
      made.push({ kind: 'evaluated', key });
    } else {
      written.push(ofrepAnswer(key, forNobody).text);
      if (forNobody.exposure !== undefined) exposures.push(forNobody.exposure);
    }
  }
  close();
  return made;
}

/** What somebody wants to know of an answer as it is made. */
export interface BulkListeners {
  /** Hears the answers that depend on the context. */
  readonly onAnswer?: (flagKey: string, details: EvaluationDetails<JsonValue | undefined>) => void;
  /** Hears what a read of each value would expose, possibly repeated. */
  readonly onExposure?: ((exposure: ExposureSource) => void) | undefined;
}

/** Evaluates all flags that a key may see for one context. Exposes nobody by itself; never throws, unless a listener does. */
export function bulkAnswer(
  compiled: CompiledDefinitions,
  context: ContextHandle,
  options: EvaluateOptions,
  { onAnswer, onExposure }: BulkListeners = {},
): BulkAnswer {
  const { all, clientVisible } = parts(compiled);
  const nestedExposures: ExposureSource[] = [];
  const asked = onExposure === undefined ? options : { ...options, nestedExposures };
  const evaluated = (key: string) => {
    const details = evaluate<undefined>(compiled, key, context, undefined, undefined, asked);
    onAnswer?.(key, details);
    if (onExposure !== undefined && details.exposure !== undefined) nestedExposures.push(details.exposure);
    return ofrepAnswer(key, details);
  };
  const hash = new SequenceHash();
  let flags = '[';
  let separator = '';
  for (const part of options.clientVisibleOnly === true ? clientVisible : all) {
    const piece = part.kind === 'written' ? part : evaluated(part.key);
    if (part.kind === 'written' && onExposure !== undefined) part.exposures.forEach(onExposure);
    hash.add(piece.hash);
    flags += separator + piece.text;
    separator = ',';
  }
  if (onExposure !== undefined) nestedExposures.forEach(onExposure);
  return { flags: `${flags}]`, hash: hash.digest() };
}
