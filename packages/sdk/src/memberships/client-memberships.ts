import {
  ContextHandle,
  createContextHandle,
  isPrivateKind,
  MembershipCache,
  privateNamesOf,
  remoteLists,
  requiredMemberships,
  resolveContext,
  type CompiledDefinitions,
  type Memberships,
  type PrivateNames,
  type RemoteList,
  validationLimits,
} from '@stitchd/core';
import type { Platform } from '../platform.ts';
import { sdkLimits } from '../sdk-limits.ts';
import type { SdkLogger } from '../sdk-logger.ts';
import type { DefinitionsSync } from '../sync/definitions-sync.ts';
import { waitingTime } from '../waiting-time.ts';
import type { MembershipAnswer, MembershipQuestion } from './ask-memberships.ts';
import { createCheckQueue, type CheckCounts } from './check-queue.ts';

/** How answers about lists that are not held here are doing. */
export interface MembershipCounts extends CheckCounts {
  /** Answers that are remembered. */
  readonly known: number;
}

/** Which lists that are not held here have which keys. */
export interface ClientMemberships {
  /**
   * What is known for evaluations of a context under these definitions; `undefined` where all lists are held here. A key that is
   * private in the context is asked of nobody: whether a list has it stays unknown.
   */
  readonly under: (compiled: CompiledDefinitions | undefined, context: unknown) => Memberships | undefined;
  /**
   * A handle with the memberships that these flags need, all flags where none are named. Never rejects, whatever it is given:
   * what can't be found out in `options.timeoutMs` is in the handle's `unresolved`.
   */
  readonly prepare: (context: unknown, flagKeys: unknown, options: unknown) => Promise<ContextHandle>;
  readonly counts: () => MembershipCounts;
  readonly close: () => void;
}

export interface ClientMembershipsOptions {
  readonly url: string;
  readonly sdkKey: string;
  /** Nobody is asked: what the definitions do not hold stays unknown. */
  readonly offline: boolean;
  /** Names that are private in every context. */
  readonly privateAttributes: readonly string[];
  readonly logger: SdkLogger;
  readonly platform: Pick<Platform, 'userAgent' | 'fetch' | 'random' | 'monotonicMs'>;
  readonly sync: Pick<DefinitionsSync, 'compiled' | 'onChange' | 'waitUntilReady'>;
}

const nothingKnown: Memberships = { get: () => undefined };
const nothing: ReadonlyMap<string, RemoteList> = new Map();

export function createClientMemberships(options: ClientMembershipsOptions): ClientMemberships {
  return new RememberedMemberships(options);
}

class RememberedMemberships implements ClientMemberships, Memberships {
  private readonly options: ClientMembershipsOptions;
  private readonly cache = new MembershipCache(sdkLimits.maxKnownMemberships, sdkLimits.membershipTimes);
  private readonly queue;
  private readonly privateNames: PrivateNames;
  private readonly stopListening: () => void;
  private definitions: CompiledDefinitions | undefined;
  private lists = nothing;
  private isClosed = false;

  constructor(options: ClientMembershipsOptions) {
    this.options = options;
    this.privateNames = new Set(options.privateAttributes);
    this.queue = createCheckQueue({ ...options, onAnswers: (answers) => this.remember(answers) });
    if (options.offline) this.queue.close();
    this.stopListening = options.sync.onChange(() => this.follow(options.sync.compiled()));
  }

  readonly under = (compiled: CompiledDefinitions | undefined, context: unknown): Memberships | undefined => {
    if (compiled !== this.definitions) this.follow(compiled);
    if (this.lists.size === 0) return undefined;
    return this.privateNames.size > 0 || namesPrivate(context) ? this.hiding(context) : this;
  };

  private hiding(context: unknown): Memberships {
    const resolved = ContextHandle.is(context) ? context : resolveContext(context);
    const names = privateNamesOf(resolved, this.privateNames);
    const isHidden = (segment: string): boolean => isPrivateKind(this.lists.get(segment)?.contextKind ?? '', resolved, names);
    return { get: (segment, key) => (isHidden(segment) ? undefined : this.get(segment, key)) };
  }

  /** Answers the evaluator. What is not known, or not freshly, is asked for in the background. */
  get(segment: string, key: string): boolean | undefined {
    const list = this.lists.get(segment);
    if (list === undefined) return undefined;
    if (isTooLong(key)) return false;
    const known = this.cache.find(segment, key);
    const freshness = known && this.cache.freshnessOf(known, list, this.options.platform.monotonicMs());
    if (freshness !== 'fresh') this.queue.want({ list, key });
    if (known !== undefined && freshness !== 'expired' && known.member !== undefined) return known.member;
    return undefined;
  }

  readonly prepare = async (context: unknown, flagKeys: unknown, options: unknown): Promise<ContextHandle> => {
    try {
      return await this.findOut(context, flagKeys, waitingTime(options, sdkLimits.prepareTimeoutMs));
    } catch (error) {
      // Such as a getter of what was passed that throws.
      this.options.logger.error(`a context could not be prepared: ${String(error)}`);
      return createContextHandle(context);
    }
  };

  private async findOut(context: unknown, flagKeys: unknown, timeoutMs: number): Promise<ContextHandle> {
    const { sync, platform } = this.options;
    const deadline = platform.monotonicMs() + timeoutMs;
    if (sync.compiled() === undefined && !this.isClosed) await sync.waitUntilReady(timeoutMs);
    const compiled = sync.compiled();
    const remembered = this.under(compiled, context) ?? this;
    const bare = createContextHandle(context, { memberships: nothingKnown });
    const required = compiled === undefined ? [] : requiredMemberships(compiled, wantedFlags(flagKeys, compiled), bare);
    if (required.length === 0) return createContextHandle(context);
    const names = privateNamesOf(bare, this.privateNames);
    const hidden = required.filter(({ contextKind }) => isPrivateKind(contextKind, bare, names));
    const questions = required.flatMap((one) => {
      const list = this.lists.get(one.segment);
      return list === undefined || isTooLong(one.key) || hidden.includes(one) ? [] : [{ list, key: one.key }];
    });
    const open = questions.filter((question) => !this.isFresh(question));
    await this.queue.ask(open, deadline - platform.monotonicMs());
    return createContextHandle(bare, {
      memberships: this.preparedFor(
        questions,
        hidden.map(({ segment }) => segment),
        remembered,
      ),
    });
  }

  readonly counts = (): MembershipCounts => ({ known: this.cache.size, ...this.queue.counts() });

  readonly close = (): void => {
    this.isClosed = true;
    this.stopListening();
    this.queue.close();
  };

  private follow(compiled: CompiledDefinitions | undefined): void {
    const before = this.lists;
    this.definitions = compiled;
    this.lists = remoteLists(compiled);
    // What is known of a list that is held here now would be old should it leave again.
    for (const segment of before.keys()) if (!this.lists.has(segment)) this.cache.forget(segment);
  }

  private isFresh({ list, key }: MembershipQuestion): boolean {
    const known = this.cache.find(list.segment, key);
    return known !== undefined && this.cache.freshnessOf(known, list, this.options.platform.monotonicMs()) === 'fresh';
  }

  private remember(answers: readonly MembershipAnswer[]): void {
    const atMs = this.options.platform.monotonicMs();
    for (const { question, member } of answers) {
      const { list, key } = question;
      // An answer about a list that has come home meanwhile is not kept: its next departure would find it here.
      if (this.lists.has(list.segment)) this.cache.put({ segment: list.segment, key, member, version: list.version, atMs });
    }
  }

  /** What was found out goes with the handle, so that no limit of the cache takes it away; it holds for the lists as they were. */
  private preparedFor(questions: readonly MembershipQuestion[], hidden: readonly string[], remembered: Memberships): Memberships {
    const found = new Map<string, MembershipAnswer>();
    const unresolved = [...hidden];
    for (const question of questions) {
      const { segment } = question.list;
      const member = this.usable(question);
      if (member === undefined) unresolved.push(segment);
      else if (this.isFresh(question)) found.set(segment, { question, member });
    }
    return {
      unresolved: Object.freeze(unresolved),
      get: (segment, key) => {
        const answer = found.get(segment);
        const isCurrent = answer?.question.key === key && this.lists.get(segment)?.version === answer.question.list.version;
        return isCurrent ? answer.member : remembered.get(segment, key);
      },
    };
  }

  private usable({ list, key }: MembershipQuestion): boolean | undefined {
    const known = this.cache.find(list.segment, key);
    if (known === undefined) return undefined;
    const freshness = this.cache.freshnessOf(known, list, this.options.platform.monotonicMs());
    return freshness === 'expired' ? undefined : known.member;
  }
}

/** Whether a context names private attributes of its own; what can't be read may. Never throws. */
function namesPrivate(context: unknown): boolean {
  try {
    const attributes = ContextHandle.is(context) ? context.attributes : context;
    return (attributes as { readonly privateAttributes?: unknown } | null | undefined)?.privateAttributes !== undefined;
  } catch {
    return true;
  }
}

/** No list has such a key, and asking would take a whole request for it. */
function isTooLong(key: string): boolean {
  return key.length > validationLimits.listKeyBytes;
}

/** The flags that somebody named, whatever they passed; all of them where it is no list of names. */
function wantedFlags(flagKeys: unknown, compiled: CompiledDefinitions): Iterable<string> {
  if (typeof flagKeys === 'string') return [flagKeys];
  if (Array.isArray(flagKeys)) return flagKeys.filter((key) => typeof key === 'string');
  return compiled.flags.keys();
}
