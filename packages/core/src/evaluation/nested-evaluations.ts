import type { Certainty } from '../conditions/certainty.ts';
import type { CompiledFlag, CompiledSegment, PreparedDetails } from './compiled-definitions.ts';
import { maxNamedUnknowns, maxNesting, rememberedFrom } from './evaluation-limits.ts';

/** A flag or a segment within another's evaluation. */
export type NestedPart = CompiledFlag | CompiledSegment;

/** What a part came to, and the names of what was unknown in it. */
export interface NestedAnswer {
  /** `undefined` for segments, and for flags that serve nothing. */
  readonly details: PreparedDetails | undefined;
  /** `undefined` for flags. */
  readonly certainty: Certainty | undefined;
  readonly unknowns: readonly string[];
}

const none: readonly string[] = [];

/**
 * Of the names that a part has added, keeps each once and no more than a result lists. There are many ways to the same unknown
 * thing, 2 to the depth where every level asks twice, and each would add its name again.
 * @returns the names that were kept
 */
export function keepUnknowns(unknowns: string[], before: number): readonly string[] {
  if (unknowns.length <= before) return none;
  const kept = [...new Set(unknowns.slice(before))].slice(0, maxNamedUnknowns);
  unknowns.length = before;
  unknowns.push(...kept);
  return kept;
}

/**
 * Thrown where nesting is as deep as the stack should carry; `wanted` then says what has to be evaluated first. An exception,
 * since it has to end any number of closures at once; always this one, so that it costs no stack trace.
 */
export const tooDeep = new Error('flags or segments nest deeper than the stack should carry');

/** Keeps account of the flags and segments that one evaluation goes into: cycles end, and in time nothing is evaluated twice. */
export class NestedEvaluations {
  /** What is evaluated at the outermost. */
  private root: NestedPart | undefined = undefined;
  /** What is under evaluation within it. */
  private readonly path: NestedPart[] = [];
  private readonly suspended = new Set<NestedPart>();
  private answers: Map<NestedPart, NestedAnswer> | undefined = undefined;
  private entered = 0;
  private wanted: NestedPart | undefined = undefined;

  begin(root: NestedPart): void {
    if (this.root !== root) this.root = root;
  }

  end(): void {
    if (this.entered === 0) return;
    this.entered = 0;
    this.path.length = 0;
    this.suspended.clear();
    this.answers = undefined;
    this.wanted = undefined;
  }

  /** What a part came to earlier in this evaluation. */
  known(part: NestedPart): NestedAnswer | undefined {
    return this.answers?.get(part);
  }

  remember(part: NestedPart, answer: NestedAnswer): void {
    this.answers?.set(part, answer);
  }

  get remembers(): boolean {
    return this.answers !== undefined;
  }

  /** Goes into a part; `false` if it is under evaluation already, which ends a cycle, and then there is nothing to leave. */
  enter(part: NestedPart): boolean {
    if (part === this.root || this.path.includes(part) || this.suspended.has(part)) return false;
    this.entered++;
    if (this.path.length >= maxNesting) {
      this.wanted = part;
      throw tooDeep;
    }
    this.path.push(part);
    if (this.entered >= rememberedFrom && this.answers === undefined) this.answers = new Map();
    return true;
  }

  leave(): void {
    this.path.pop();
  }

  /** After `tooDeep`: sets aside all that waits for `wanted`, and makes that the outermost. */
  descend(): { readonly part: NestedPart; readonly waiting: readonly NestedPart[] } | undefined {
    const { wanted: part, root } = this;
    if (part === undefined || root === undefined) return undefined;
    const waiting = [root, ...this.path.splice(0)];
    for (const one of waiting) this.suspended.add(one);
    this.wanted = undefined;
    this.root = part;
    this.answers ??= new Map();
    return { part, waiting };
  }

  /** Takes up again what was set aside. */
  ascend(waiting: readonly NestedPart[]): void {
    for (const one of waiting) this.suspended.delete(one);
    this.path.length = 0;
    this.root = waiting[0];
  }
}
