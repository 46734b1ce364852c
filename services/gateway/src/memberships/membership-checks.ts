import {
  MembershipCache,
  remoteLists,
  validationLimits,
  wellFormed,
  type CompiledDefinitions,
  type RemoteList,
  type RequiredMembership,
} from '@stitchd/core';
import { Segments } from '@stitchd/proto/segment/v1/segment';
import { isProblem, type Principal } from '@stitchd/service-kit';
import type { GatewayContext } from '../context.ts';
import { inOwnName } from '../identity/own-name.ts';
import { maxKnownMemberships, maxMembershipQuestions, membershipTimes, membershipWaitMs } from '../limits.ts';

/** Memberships in lists that only segmentation-service holds. */
export interface MembershipChecks {
  /**
   * Finds out what an evaluation needs: from memory where that is fresh, else by asking. What stays unknown is left out, and
   * counted.
   * @throws what segmentation-service answers, unless it or its store is away
   */
  readonly resolve: (
    principal: Principal,
    compiled: CompiledDefinitions,
    required: readonly RequiredMembership[],
  ) => Promise<ReadonlyMap<string, boolean>>;
}

export interface MembershipChecksOptions {
  readonly call: GatewayContext['call'];
  readonly nowMs: () => number;
  /** Counts memberships that an evaluation had to do without. */
  readonly onUnresolved: (memberships: number) => void;
}

interface Question {
  /** Of this environment and no other. */
  readonly segment: string;
  readonly list: RemoteList;
  readonly key: string;
}

/** By these segmentation-service, or its store, is away. Anything else is a fault, which is not to be passed over. */
const away = ['SERVICE_UNAVAILABLE', 'STORE_UNAVAILABLE', 'DEADLINE_EXCEEDED'] as const;

export function createMembershipChecks(options: MembershipChecksOptions): MembershipChecks {
  return new Checks(options);
}

class Checks implements MembershipChecks {
  private readonly options: MembershipChecksOptions;
  private readonly cache = new MembershipCache(maxKnownMemberships, membershipTimes);
  /** Questions that are being asked, so that nobody asks them a second time meanwhile. */
  private readonly asking = new Map<string, Promise<void>>();

  constructor(options: MembershipChecksOptions) {
    this.options = options;
  }

  readonly resolve: MembershipChecks['resolve'] = async (principal, compiled, required) => {
    const lists = remoteLists(compiled);
    const found = new Map<string, boolean>();
    const questions: Question[] = [];
    for (const { segment, key } of required) {
      const list = lists.get(segment);
      // No list has a key that is longer, and asking would carry it.
      if (key.length > validationLimits.listKeyBytes) found.set(segment, false);
      else if (list !== undefined) questions.push({ segment: `${principal.environmentId} ${segment}`, list, key });
    }
    await this.ask(principal, questions);
    for (const question of questions) {
      const member = this.usable(question);
      if (member !== undefined) found.set(question.list.segment, member);
    }
    if (found.size < required.length) this.options.onUnresolved(required.length - found.size);
    return found;
  };

  private async ask(principal: Principal, questions: readonly Question[]): Promise<void> {
    const waited = new Set<Promise<void>>();
    const open: Question[] = [];
    for (const question of questions) {
      if (this.isFresh(question)) continue;
      const asked = this.asking.get(nameOf(question));
      if (asked === undefined) open.push(question);
      else waited.add(asked);
    }
    for (let first = 0; first < open.length; first += maxMembershipQuestions) {
      const batch = open.slice(first, first + maxMembershipQuestions);
      const asked = this.askBatch(principal, batch).finally(() => {
        for (const question of batch) this.asking.delete(nameOf(question));
      });
      for (const question of batch) this.asking.set(nameOf(question), asked);
      waited.add(asked);
    }
    const outcomes = await Promise.allSettled(waited);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
  }

  private async askBatch(principal: Principal, batch: readonly Question[]): Promise<void> {
    const atMs = this.options.nowMs();
    const questions = batch.map(({ list, key }) => ({ segmentKey: list.segment, contextKey: wellFormed(key) }));
    try {
      // A client key may not ask who is on a list; what it is served may depend on it all the same.
      const { answers } = await inOwnName(principal, () =>
        this.options.call(Segments.method.checkMembership, { questions }, { timeoutMs: membershipWaitMs }),
      );
      for (const [index, { segment, list, key }] of batch.entries()) {
        const outcome = answers[index]?.outcome;
        const member = outcome === 'member' ? true : outcome === 'not-member' ? false : undefined;
        this.cache.put({ segment, key, member, version: list.version, atMs });
      }
    } catch (error) {
      if (!away.some((code) => isProblem(error, code))) throw error;
    }
  }

  private isFresh({ segment, list, key }: Question): boolean {
    const known = this.cache.find(segment, key);
    return known !== undefined && this.cache.freshnessOf(known, list, this.options.nowMs()) === 'fresh';
  }

  private usable({ segment, list, key }: Question): boolean | undefined {
    const known = this.cache.find(segment, key);
    if (known === undefined) return undefined;
    return this.cache.freshnessOf(known, list, this.options.nowMs()) === 'expired' ? undefined : known.member;
  }
}

/** A version apart is a question apart: what is being asked about the list as it was says nothing of the list as it is. */
function nameOf({ segment, list, key }: Question): string {
  return `${segment} ${list.version} ${key}`;
}
