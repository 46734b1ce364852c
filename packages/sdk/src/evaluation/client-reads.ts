import type { ContextHandle, EvaluationContext, FlagType } from '@stitchd/core';
import type { FlagDetails } from '../flags/flag-details.ts';
import type { AllFlags, AllFlagsOptions, FlagReads } from '../flags/flag-reads.ts';
import type { AnyFlags } from '../flags/flag-table.ts';
import type { OverrideLookup } from '../overrides/override.ts';
import type { KnownAllFlagsOptions, Reader } from './create-reader.ts';
import type { ContextInput, ReadOptions } from './read-options.ts';
import { SubjectContext } from './subject-context.ts';

/** What a bound context needs of its client. */
export interface ClientReads {
  readonly read: Reader['read'];
  readonly allFlags: (context: ContextInput, options?: AllFlagsOptions) => AllFlags;
}

const noContext: EvaluationContext = Object.freeze({});

/** The context as core takes it: what is neither an object nor a handle is an empty context. */
export function contextOf(input: unknown): EvaluationContext | ContextHandle {
  if (SubjectContext.is(input)) return input.handle;
  // Any object may be read as a context; core copes with all of them.
  return typeof input === 'object' && input !== null ? (input as EvaluationContext) : noContext;
}

/** The overrides that a context brought along. */
export function linkOf(input: unknown): OverrideLookup | undefined {
  return SubjectContext.is(input) ? SubjectContext.linkOf(input) : undefined;
}

/** The reading methods of a client, over one reader. */
export function createFlagReads(reader: Reader): FlagReads<AnyFlags> {
  const read = <Answer>(
    key: string,
    context: ContextInput,
    type: FlagType,
    fallback: unknown,
    options: ReadOptions | undefined,
  ): FlagDetails<Answer> =>
    SubjectContext.is(context)
      ? reader.read(key, context.handle, SubjectContext.linkOf(context), type, fallback, options)
      : reader.read(key, contextOf(context), undefined, type, fallback, options);
  return {
    boolean: (key, context, fallback, options) => read<boolean>(key, context, 'boolean', fallback, options).value,
    string: (key, context, fallback, options) => read<string>(key, context, 'string', fallback, options).value,
    number: (key, context, fallback, options) => read<number>(key, context, 'double', fallback, options).value,
    json: <Fallback>(key: string, context: ContextInput, fallback: Fallback, options?: ReadOptions) =>
      read<Fallback>(key, context, 'json', fallback, options).value,
    booleanDetails: (key, context, fallback, options) => read(key, context, 'boolean', fallback, options),
    stringDetails: (key, context, fallback, options) => read(key, context, 'string', fallback, options),
    numberDetails: (key, context, fallback, options) => read(key, context, 'double', fallback, options),
    jsonDetails: (key, context, fallback, options) => read(key, context, 'json', fallback, options),
    allFlags: (context, options) => reader.peekAll(contextOf(context), linkOf(context), knownAllFlagsOptions(options)),
  };
}

const allAndExposing: KnownAllFlagsOptions = { clientVisibleOnly: false, exposure: true };

function knownAllFlagsOptions(options: AllFlagsOptions | undefined): KnownAllFlagsOptions {
  if (options === undefined) return allAndExposing;
  try {
    return { clientVisibleOnly: options.clientVisibleOnly === true, exposure: options.exposure !== false };
  } catch {
    // Options that can't be read must not show or expose more than was meant.
    return { clientVisibleOnly: true, exposure: false };
  }
}
