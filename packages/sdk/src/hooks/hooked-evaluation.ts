import {
  ContextHandle,
  isPrivateKind,
  privateNamesOf,
  publicAttributes,
  resolveContext,
  type FlagType,
  type PrivateNames,
  type ResolvedContext,
} from '@stitchd/core';
import type { HookEvaluation } from './hook.ts';

/** What hooks see of one evaluation; the costly parts are made when a hook asks for them. */
export class HookedEvaluation implements HookEvaluation {
  readonly flagKey: string;
  readonly type: FlagType;
  readonly fallback: unknown;
  readonly revision: number | undefined;
  readonly #input: unknown;
  readonly #ofClient: PrivateNames;
  #resolved: ResolvedContext | undefined;
  #context: Readonly<Record<string, unknown>> | undefined;
  #state: Map<unknown, unknown> | undefined;

  constructor(
    asked: { readonly flagKey: string; readonly type: FlagType; readonly fallback: unknown },
    input: unknown,
    revision: number | undefined,
    ofClient: PrivateNames,
  ) {
    this.flagKey = asked.flagKey;
    this.type = asked.type;
    this.fallback = asked.fallback;
    this.revision = revision;
    this.#input = input;
    this.#ofClient = ofClient;
  }

  get targetingKey(): string | undefined {
    const context = this.#resolve();
    const names = privateNamesOf(context, this.#ofClient);
    return isPrivateKind(context.rootKind, context, names) ? undefined : context.kinds.get(context.rootKind);
  }

  get context(): Readonly<Record<string, unknown>> {
    if (this.#context === undefined) {
      const resolved = this.#resolve();
      this.#context = publicAttributes(resolved, privateNamesOf(resolved, this.#ofClient));
    }
    return this.#context;
  }

  get state(): Map<unknown, unknown> {
    this.#state ??= new Map();
    return this.#state;
  }

  #resolve(): ResolvedContext {
    this.#resolved ??= ContextHandle.is(this.#input) ? this.#input : resolveContext(this.#input);
    return this.#resolved;
  }
}
