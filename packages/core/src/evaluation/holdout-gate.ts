import { internalised } from '../context/internalised.ts';
import { isPlainObject, ownValue } from '../context/plain-object.ts';
import type { UnitSource } from '../context/unit-source.ts';
import { bucketIn, rangeOf } from './bucket-ranges.ts';
import type { CompiledHoldout, PreparedDetails } from './compiled-definitions.ts';
import { placeFacts, type ServePlace } from './serve-place.ts';
import type { EvaluationRun } from './evaluation-run.ts';

/** What became of a unit at the holdouts. */
export type GateOutcome =
  | {
      readonly kind: 'held';
      readonly details: PreparedDetails;
      /** The same for a unit that would not have been exposed outside of the holdout either. */
      readonly unexposed: PreparedDetails;
    }
  /** A holdout covers this place and does not hold the unit; `source` is its unit. */
  | { readonly kind: 'free'; readonly source: UnitSource }
  /** No holdout named here is running. */
  | { readonly kind: 'uncovered' };

const uncovered: GateOutcome = { kind: 'uncovered' };

/** One holdout that covers a place. */
class Cover {
  readonly holdout: string;
  private readonly baseline: string;
  private seen: CompiledHoldout | undefined;
  private held: GateOutcome = uncovered;
  private free: GateOutcome = uncovered;

  constructor(holdout: string, baseline: string) {
    this.holdout = holdout;
    this.baseline = baseline;
  }

  /** Prepares the outcomes once per published holdout: only then is its unit known. */
  outcome(holdout: CompiledHoldout, holds: boolean, gate: HoldoutGate): GateOutcome {
    if (this.seen !== holdout) {
      this.seen = holdout;
      this.held = gate.held(this.holdout, this.baseline, holdout.source);
      this.free = { kind: 'free', source: holdout.source };
    }
    return holds ? this.held : this.free;
  }
}

/** The holdouts that cover a split, or a rule that serves one variant. */
export class HoldoutGate {
  private readonly covers: readonly Cover[];
  private readonly splitId: string | undefined;
  private readonly place: ServePlace;
  private readonly freeDetails = new Map<string, PreparedDetails>();
  readonly coveredBy: readonly string[];

  constructor(covers: readonly Cover[], splitId: string | undefined, place: ServePlace) {
    this.covers = covers;
    this.splitId = splitId;
    this.place = place;
    this.coveredBy = Object.freeze(covers.map(({ holdout }) => holdout));
  }

  /** The first holdout that holds the unit decides; a unit that is missing is in none. */
  pass(run: EvaluationRun): GateOutcome {
    let outcome = uncovered;
    for (const cover of this.covers) {
      const holdout = run.definitions.holdouts.get(cover.holdout);
      if (holdout === undefined) continue;
      const unit = run.unit(holdout.source);
      if (unit.text === undefined) continue;
      const holds = rangeOf(holdout.ranges, unit) >= 0;
      if (run.trace !== undefined) {
        const bucket = bucketIn(holdout.ranges, unit);
        run.trace.push({
          kind: 'bucket',
          stage: 'holdout',
          of: cover.holdout,
          bucket,
          ranges: holdout.ranges.ranges,
          inside: holds,
        });
      }
      if (holds) return cover.outcome(holdout, true, this);
      if (outcome.kind === 'uncovered') outcome = cover.outcome(holdout, false, this);
    }
    return outcome;
  }

  held(holdout: string, baseline: string, source: UnitSource): GateOutcome {
    const { preparer, ruleId } = this.place;
    const { flagKey } = preparer;
    const { splitId, coveredBy } = this;
    const { contextKind, attribute } = source;
    const facts = { ...placeFacts(this.place), ...(splitId !== undefined && { splitId }), holdout };
    const exposed = { flagKey, variant: baseline, ruleId, splitId, iterationId: undefined, sticky: false };
    return {
      kind: 'held',
      details: preparer.serve(baseline, 'SPLIT', facts, { ...exposed, holdout, coveredBy, contextKind, attribute }),
      unexposed: preparer.serve(baseline, 'SPLIT', facts),
    };
  }

  /** Details of a place that serves one variant, for a unit that is covered and not held. */
  free(variant: string, source: UnitSource): PreparedDetails {
    const key = JSON.stringify([variant, source.id]);
    const kept = this.freeDetails.get(key);
    if (kept !== undefined) return kept;
    const { preparer, ruleId, plainReason } = this.place;
    const { contextKind, attribute } = source;
    const exposed = { flagKey: preparer.flagKey, variant, ruleId, splitId: undefined, iterationId: undefined, sticky: false };
    const details = preparer.serve(variant, plainReason, placeFacts(this.place), {
      ...exposed,
      holdout: undefined,
      coveredBy: this.coveredBy,
      contextKind,
      attribute,
    });
    this.freeDetails.set(key, details);
    return details;
  }
}

/** Compiles `holdouts` of a serve; `undefined` where there are none. Covers that can't be read are passed over. */
export function compileHoldoutGate(holdouts: unknown, splitId: string | undefined, place: ServePlace): HoldoutGate | undefined {
  if (!Array.isArray(holdouts)) return undefined;
  const covers = holdouts.flatMap((cover) => {
    if (!isPlainObject(cover)) return [];
    const holdout = ownValue(cover, 'holdout');
    const baseline = ownValue(cover, 'baseline');
    return typeof holdout === 'string' && typeof baseline === 'string' ? [new Cover(internalised(holdout), baseline)] : [];
  });
  return covers.length === 0 ? undefined : new HoldoutGate(covers, splitId, place);
}
