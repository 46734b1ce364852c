import { type ContextView, defaultKind, rootKindOf } from '../context/attribute-reader.ts';
import { ContextHandle } from '../context/context-handle.ts';
import type { Memberships } from '../context/context.ts';
import { copyContext } from '../context/copy-context.ts';
import { isPlainObject, type PlainObject } from '../context/plain-object.ts';
import { LastUnit, type Unit, type UnitFinder, type UnitSource } from '../context/unit-source.ts';
import type { CompiledDefinitions } from './compiled-definitions.ts';
import type { EvaluateOptions, EvaluationMetadata, ExposureSource } from './details.ts';
import { NestedEvaluations } from './nested-evaluations.ts';
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
  /** The top level is of the kind `user` and nothing is traced: conditions may take their short way. */
  isPlain = false;
  /** The steps of the part under evaluation, or `undefined` where no trace is asked for. */
  trace: TraceStep[] | undefined = undefined;
  /** Names of what could not be known and made a rule unknown. */
  readonly unknowns: string[] = [];
  /** Rules (or `default`) whose split's unit was missing. */
  readonly missingUnits: string[] = [];
  readonly nested = new NestedEvaluations();
  private readonly lastUnit = new LastUnit();
  private units: UnitFinder = this.lastUnit;
  private options: EvaluateOptions | undefined = undefined;
  private keptMemberships: Memberships | undefined = undefined;

  constructor(definitions: CompiledDefinitions) {
    this.definitions = definitions;
  }

  begin(definitions: CompiledDefinitions, context: unknown, options: EvaluateOptions | undefined): void {
    // What is as it was is left alone throughout: each store of a reference costs a note to the garbage collector.
    if (this.definitions !== definitions) this.definitions = definitions;
    if (this.unknowns.length > 0) this.unknowns.length = 0;
    if (this.missingUnits.length > 0) this.missingUnits.length = 0;
    if (this.options !== options) this.options = options;
    if (ContextHandle.is(context)) this.takeHandle(context);
    else this.takeObject(isPlainObject(context) ? context : copyContext(context));
  }

  private takeHandle(handle: ContextHandle): void {
    this.attributes = handle.attributes;
    this.rootKind = handle.rootKind;
    this.units = handle.units;
    this.isPlain = handle.isOfDefaultKind && this.trace === undefined;
    if (handle.memberships !== undefined) this.keptMemberships = handle.memberships;
  }

  private takeObject(attributes: PlainObject): void {
    this.attributes = attributes;
    const isOfDefaultKind = attributes['kind'] === undefined;
    this.rootKind = isOfDefaultKind ? defaultKind : rootKindOf(attributes);
    this.isPlain = (isOfDefaultKind || this.rootKind === defaultKind) && this.trace === undefined;
  }

  /** Tells the caller that something was unknown or a unit missing. */
  tellIncomplete(metadata: EvaluationMetadata): void {
    this.options?.onIncomplete?.(metadata);
  }

  end(): void {
    this.attributes = nothing;
    if (this.options !== undefined) this.options = undefined;
    if (this.keptMemberships !== undefined) this.keptMemberships = undefined;
    // Even where a handle's units took over: an evaluation that was begun again on a copy leaves a unit here.
    this.lastUnit.forget();
    if (this.units !== this.lastUnit) this.units = this.lastUnit;
    this.nested.end();
    this.busy = false;
  }

  /** Milliseconds since 1970, or NaN where the caller does not say. Asked for only where something may be past its time. */
  get nowMs(): number {
    return this.options?.nowMs ?? Number.NaN;
  }

  /** Those of the caller, else those that a handle brings along. */
  get memberships(): Memberships | undefined {
    return this.options?.memberships ?? this.keptMemberships;
  }

  get exposures(): ExposureSource[] | undefined {
    return this.options?.nestedExposures;
  }

  /** The unit that a source reads; valid until the next call. */
  unit(source: UnitSource): Unit {
    return this.units.find(source, this);
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
