import {
  assignmentsToken,
  contextValues,
  createContextHandle,
  evaluateContext,
  heldAssignments,
  privateNamesOf,
  publicAttributes,
  unsignedToken,
  type Assignments,
  type AssignmentsPayload,
  type CompiledDefinitions,
  type ContextHandle,
  type ContextValues,
  type EvaluationContext,
  type ExposureSource,
  type PrivateNames,
} from '@stitchd/core';
import { sdkLimits } from '../sdk-limits.ts';
import { assignmentsTokenFromCookie } from './page-cookies.ts';
import { tokenSigningOf, type TokenSigning } from './token-signing.ts';

/** What `@stitchd/web` starts from: pass it to the page as JSON. */
export interface WebBootstrap extends ContextValues {
  /** Proves the context to the gateway. Private attributes are not in it. */
  readonly contextToken?: string;
}

/** How a bootstrap is made. */
export interface BootstrapOptions {
  /** The request's `Cookie` header: variants that sticky splits gave before are honoured. */
  readonly cookie?: string | null | undefined;
  /** `true`: a token goes along that proves the context to the gateway, so that the page can't ask for another one's values. */
  readonly signed?: boolean;
  /** How long that token counts, in milliseconds; 24 hours where left out. */
  readonly expiresInMs?: number;
  /**
   * `false`: exposes nobody, also where the environment says that deliveries expose; for visitors who have not consented. What the page
   * reads is then told by the page.
   */
  readonly exposure?: boolean;
}

/** What bootstraps are made of. */
export interface BootstrapParts {
  readonly compiled: () => CompiledDefinitions | undefined;
  /** Finds out memberships in lists that are held elsewhere. Never rejects. */
  readonly prepare: (context: EvaluationContext | ContextHandle) => Promise<ContextHandle>;
  readonly nowMs: () => number;
  readonly privateNames: PrivateNames;
  /** Where the environment says that deliveries expose: takes what is delivered, and answers whether it did. Undefined: nothing is told. */
  readonly onDelivered: ((exposure: ExposureSource, context: ContextHandle, atMs: number) => boolean) | undefined;
  /** Told what could not be done, and why. */
  readonly onTrouble: (message: string) => void;
}

async function rememberedIn(
  cookieHeader: unknown,
  signing: TokenSigning | undefined,
  nowMs: number,
): Promise<AssignmentsPayload | undefined> {
  const token = assignmentsTokenFromCookie(cookieHeader);
  return token === undefined ? undefined : signing?.read('assignments', token, nowMs);
}

/** The assignments in a cookie that hold for a context, after a look at their signature; undefined where there are none. */
export async function assignmentsFromCookie(
  cookieHeader: unknown,
  context: EvaluationContext | ContextHandle,
  { compiled, nowMs }: BootstrapParts,
): Promise<Assignments | undefined> {
  const payload = await rememberedIn(cookieHeader, await tokenSigningOf(compiled()), nowMs());
  const held = payload && heldAssignments(payload, createContextHandle(context));
  return held !== undefined && Object.keys(held).length > 0 ? held : undefined;
}

function withAssignments(handle: ContextHandle, held: Assignments): EvaluationContext {
  const given = handle.attributes as EvaluationContext;
  return { ...given, assignments: { ...held, ...given.assignments } };
}

/** Values of client-visible flags for one context; undefined while there are no definitions. A delivery, where the environment says that those expose. */
export async function bootstrapForWeb(
  context: EvaluationContext | ContextHandle,
  options: BootstrapOptions,
  parts: BootstrapParts,
): Promise<WebBootstrap | undefined> {
  const asked = createContextHandle(context);
  const signing = await tokenSigningOf(parts.compiled());
  const before = await rememberedIn(options.cookie, signing, parts.nowMs());
  const held = before && heldAssignments(before, asked);
  const prepared = await parts.prepare(asked);
  const memberships = prepared.memberships && { memberships: prepared.memberships };
  const handle = held === undefined ? prepared : createContextHandle(withAssignments(prepared, held), memberships);
  const compiled = parts.compiled();
  if (compiled === undefined) return undefined;
  const nowMs = parts.nowMs();
  const { privateNames } = parts;
  const { onDelivered } = parts;
  const exposes = options.exposure !== false && compiled.eventSettings.exposuresOn === 'delivery' && onDelivered !== undefined;
  const onExposure = exposes ? (exposure: ExposureSource) => onDelivered(exposure, handle, nowMs) : undefined;
  const { flags, answers } = evaluateContext(compiled, handle, { nowMs, clientVisibleOnly: true, privateNames, onExposure });
  const kept = signing && assignmentsToken(handle, answers, before, { ...signing, nowMs, privateNames });
  const values = contextValues(
    compiled.revision,
    flags,
    kept === undefined || signing === undefined ? null : await signing.sign(kept),
  );
  if (options.signed !== true) return values;
  const contextToken = await provenContext(asked, options, signing, parts);
  return contextToken === undefined ? values : { ...values, contextToken };
}

async function provenContext(
  handle: ContextHandle,
  { expiresInMs = sdkLimits.contextTokenMs }: BootstrapOptions,
  signing: TokenSigning | undefined,
  { nowMs, privateNames, onTrouble }: BootstrapParts,
): Promise<string | undefined> {
  if (signing === undefined) {
    onTrouble('a bootstrap could not be signed: the environment has no signing secret');
    return undefined;
  }
  const names = privateNamesOf(handle, privateNames);
  // Assignments are proven by a token of their own.
  const { assignments: _assignments, privateAttributes: _names, ...context } = publicAttributes(handle, names);
  const unsigned = unsignedToken('context', { v: 1, env: signing.environmentId, exp: nowMs() + expiresInMs, context });
  if (unsigned === undefined) onTrouble('a bootstrap could not be signed: the context is too large for a token');
  return unsigned && signing.sign(unsigned);
}
