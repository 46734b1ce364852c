import type { ContextHandle } from '@stitchd/core';
import type { OverrideLookup } from '../overrides/override.ts';
import type { ClientReads } from './client-reads.ts';

/** A context that belongs to a client: what is bound to it, whatever flags the client knows. */
export class SubjectContext {
  readonly #reads: ClientReads;
  readonly #link: OverrideLookup | undefined;
  /** Core's part of it: the frozen copy with its hashes. */
  readonly handle: ContextHandle;

  constructor(reads: ClientReads, handle: ContextHandle, link: OverrideLookup | undefined) {
    this.#reads = reads;
    this.#link = link;
    this.handle = handle;
    Object.freeze(this);
  }

  /** Keys of the list segments that `client.prepare` could not find out about in time; empty for a context that it did not make. */
  get unresolved(): readonly string[] {
    return this.handle.unresolved;
  }

  /** Whether a value is such a context. Never throws: unlike `instanceof`, the question runs no code of a proxy. */
  static is(value: unknown): value is SubjectContext {
    return typeof value === 'object' && value !== null && #reads in value;
  }

  /** The overrides of a signed link; they answer before all others. */
  static linkOf(context: SubjectContext): OverrideLookup | undefined {
    return context.#link;
  }

  /** How the client reads flags. */
  static readsOf(context: SubjectContext): ClientReads {
    return context.#reads;
  }
}
