import type { EvaluationContext } from '../context/context.ts';

/** What a token is for. It is signed with the token, so that one can't pass for another. */
export type TokenPurpose = 'assignments' | 'overrides' | 'context' | 'changes';

interface Common {
  readonly v: 1;
  /** The environment's id. */
  readonly env: string;
  /** Epoch milliseconds from which on the token counts for nothing. */
  readonly exp: number;
}

/** The variant that a split gave to a unit: iteration, variant, and the name of the unit in `units`. */
export type TokenAssignment = readonly [iterationId: string, variant: string, unit: string];

/** Variants that sticky splits gave before, bound to the units that they were given to. */
export interface AssignmentsPayload extends Common {
  /** By the name of a unit (see `unitName`): its text. */
  readonly units: { readonly [unit: string]: string };
  /** By split id. */
  readonly a: { readonly [splitId: string]: TokenAssignment };
  /** The user was not signed in: on the same device, what was assigned goes over to who signs in. */
  readonly anonymous?: true;
}

/** Variants that somebody may look at whatever the definitions say. */
export interface OverridesPayload extends Common {
  /** By flag key: a variant. */
  readonly flags: { readonly [flagKey: string]: string };
}

/** A context that a server vouches for. */
export interface ContextPayload extends Common {
  readonly context: EvaluationContext;
}

/** A ticket for a stream of changes, for who can't show its key there. */
export interface ChangesPayload extends Common {
  /** SHA-256 of the SDK key that it stands for, hexadecimal. */
  readonly key: string;
}

/** By purpose: what the token says. */
export interface TokenPayloads {
  readonly assignments: AssignmentsPayload;
  readonly overrides: OverridesPayload;
  readonly context: ContextPayload;
  readonly changes: ChangesPayload;
}
