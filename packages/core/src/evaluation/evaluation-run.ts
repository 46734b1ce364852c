import { type ContextView, rootKindOf } from '../context/attribute-reader.ts';
import { ContextHandle } from '../context/context-handle.ts';
import type { Memberships } from '../context/context.ts';
import { copyContext } from '../context/copy-context.ts';
import { isPlainObject, type PlainObject } from '../context/plain-object.ts';
import { LastUnit, type Unit, type UnitFinder, type UnitSource } from '../context/unit-source.ts';
import type { CompiledDefinitions } from './compiled-definitions.ts';
import type { EvaluateOptions, ExposureSource } from './details.ts';
import { maxNestedEvaluations, maxNesting } from './evaluation-limits.ts';
import type { TraceStep } from './trace.ts';

const nothing: PlainObject = Object.freeze({});

/**
 * What one evaluation knows and finds out. It is reused from one evaluation to the next, so that a warm evaluation
 * allocates nothing; between evaluations it holds on to no context.
 */
export class EvaluationRun implements ContextView {
  busy = false;
  definitions: CompiledDefinitions;
  attributes: PlainObject = nothing;
  rootKind = '';
  memberships: Memberships | undefined = undefined;
  exposures: ExposureSource[] | undefined = undefined;
  /** The steps of the part under evaluation, or `undefined` where no trace is asked for. */
  trace: TraceStep[] | undefined = undefined;
  /** Names of what could not be known and made a rule unknown. */
  readonly unknowns: string[] = [];
  /** Rules (or `default`) whose split's unit was missing. */
  readonly missingUnits: string[] = [];
  private readonly lastUnit = new LastUnit();
  private units: UnitFinder = this.lastUnit;
  private hasOptions = false;
  private options: EvaluateOptions | undefined = undefined;
  private nesting = 0;
  private nestedEvaluations = 0;

  constructor(definitions: CompiledDefinitions) {
    this.definitions = definitions;
  }

  begin(definitions: CompiledDefinitions, context: unknown, options: EvaluateOptions | undefined): void {
    // What is as it was is left alone throughout: each store of a reference costs a note to the garbage collector.
    if (this.definitions !== definitions) this.definitions = definitions;
    this.nesting = 0;
    this.nestedEvaluations = 0;
    if (this.unknowns.length > 0) this.unknowns.length = 0;
    if (this.missingUnits.length > 0) this.missingUnits.length = 0;
    if (options !== undefined || this.hasOptions) this.setOptions(options);
    if (ContextHandle.is(context)) {
      this.attributes = context.attributes;
      this.rootKind = context.rootKind;
      this.units = context.units;
      if (context.memberships !== undefined && this.memberships === undefined) {
        this.memberships = context.memberships;
        this.hasOptions = true;
      }
      return;
    }
    this.attributes = isPlainObject(context) ? context : copyContext(context);
    this.rootKind = rootKindOf(this.attributes);
  }

  private setOptions(options: EvaluateOptions | undefined): void {
    this.hasOptions = options !== undefined;
    this.options = options;
    this.memberships = options?.memberships;
    this.exposures = options?.nestedExposures;
  }

  /**
   * Milliseconds since 1970, or NaN where the caller does not say. Asked for only where something may be past its time: reading
   * a clock costs more than most evaluations, so that callers pass a getter.
   */
  get nowMs(): number {
    return this.options?.nowMs ?? Number.NaN;
  }

  end(): void {
    this.attributes = nothing;
    if (this.hasOptions) this.setOptions(undefined);
    if (this.units === this.lastUnit) this.lastUnit.forget();
    else this.units = this.lastUnit;
    this.busy = false;
  }

  /** The unit that a source reads; valid until the next call. */
  unit(source: UnitSource): Unit {
    return this.units.find(source, this);
  }

  /** Goes into another flag or segment; `false` at the limits, and then there is nothing to leave. */
  enter(): boolean {
    if (this.nesting >= maxNesting || this.nestedEvaluations >= maxNestedEvaluations) return false;
    this.nesting++;
    this.nestedEvaluations++;
    return true;
  }

  leave(): void {
    this.nesting--;
  }

  /** Opens a part of the trace and returns the one around it. Call only while tracing. */
  openSteps(): TraceStep[] {
    const outer = this.trace ?? [];
    this.trace = [];
    return outer;
  }

  /** Closes the part and returns its steps. */
  closeSteps(outer: TraceStep[]): readonly TraceStep[] {
    const steps = this.trace ?? [];
    this.trace = outer;
    return steps;
  }
}
