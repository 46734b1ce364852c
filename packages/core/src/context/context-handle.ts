import { type ContextView, defaultKind, isKindObject, rootKindOf } from './attribute-reader.ts';
import type { Memberships } from './context.ts';
import { copyContext } from './copy-context.ts';
import type { PlainObject } from './plain-object.ts';
import { KeptUnits, type UnitFinder } from './unit-source.ts';
import { unitText } from './unit-text.ts';

/** A context that can't change any more. */
export interface ResolvedContext extends ContextView {
  /** By kind: the key's text; `undefined` for a root without a usable targeting key. */
  readonly kinds: ReadonlyMap<string, string | undefined>;
}

function kindsOf(attributes: PlainObject, rootKind: string): ReadonlyMap<string, string | undefined> {
  const kinds = new Map([[rootKind, unitText(attributes['targetingKey'])]]);
  for (const [name, value] of Object.entries(attributes)) {
    if (name !== rootKind && isKindObject(value)) kinds.set(name, unitText(value['key']));
  }
  return kinds;
}

/** Copies and freezes any input as a context; what can't be read in it is unknown, what is no object is empty. Never throws. */
export function resolveContext(input: unknown): ResolvedContext {
  const attributes = copyContext(input);
  const rootKind = rootKindOf(attributes);
  return Object.freeze({ attributes, rootKind, kinds: kindsOf(attributes, rootKind) });
}

/**
 * A frozen context that keeps its hashes, so that the second flag evaluated for it costs a few integer operations. Made by
 * `createContextHandle`.
 */
export class ContextHandle implements ResolvedContext {
  readonly #units: UnitFinder = new KeptUnits();
  readonly attributes: PlainObject;
  readonly rootKind: string;
  /** The top level is of the kind that it is where nothing is said. For the evaluator. */
  readonly isOfDefaultKind: boolean;
  readonly kinds: ReadonlyMap<string, string | undefined>;
  /** Memberships in lists that are not held locally, as they were resolved for this context. */
  readonly memberships: Memberships | undefined;

  constructor(context: ResolvedContext, memberships: Memberships | undefined) {
    this.attributes = context.attributes;
    this.rootKind = context.rootKind;
    this.isOfDefaultKind = context.rootKind === defaultKind;
    this.kinds = context.kinds;
    this.memberships = memberships;
    Object.freeze(this);
  }

  /** Keys of the lists that `prepare` could not find out about in time; empty for a handle that was not prepared. */
  get unresolved(): readonly string[] {
    return this.memberships?.unresolved ?? [];
  }

  /** For the evaluator. */
  get units(): UnitFinder {
    return this.#units;
  }

  /** Whether a value is a handle. Never throws: unlike `instanceof`, the question runs no code of a proxy. */
  static is(value: unknown): value is ContextHandle {
    return typeof value === 'object' && value !== null && #units in value;
  }
}

/** Makes a handle of any input; later changes to the input don't reach it. Never throws. */
export function createContextHandle(input: unknown, options: { readonly memberships?: Memberships } = {}): ContextHandle {
  if (ContextHandle.is(input)) return new ContextHandle(input, options.memberships ?? input.memberships);
  return new ContextHandle(resolveContext(input), options.memberships);
}
