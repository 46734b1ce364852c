import { isDeepStrictEqual } from 'node:util';
import type { HoldoutCover, Serve, ValidationError } from '@stitchd/core';
import type { ConfigurationDocument } from '@stitchd/db/flag';

/** The holdouts that cover what is served. */
export function coversOf(serve: Serve): readonly HoldoutCover[] {
  return ('split' in serve ? serve.split.holdouts : serve.holdouts) ?? [];
}

/** The same serve under other covers. */
export function withCovers(serve: Serve, covers: readonly HoldoutCover[]): Serve {
  if ('split' in serve) {
    const { holdouts: _, ...split } = serve.split;
    return { split: covers.length === 0 ? split : { ...split, holdouts: covers } };
  }
  return covers.length === 0 ? { variant: serve.variant } : { variant: serve.variant, holdouts: covers };
}

/**
 * The document without the covers of holdouts that have ended: they cover nobody, and nothing would ever take them away.
 * @param running - keys of the holdouts that the environment has published
 */
export function withoutEndedHoldouts(document: ConfigurationDocument, running: ReadonlySet<string>): ConfigurationDocument {
  const stripped = (serve: Serve): Serve => {
    const covers = coversOf(serve);
    const left = covers.filter(({ holdout }) => running.has(holdout));
    return left.length === covers.length ? serve : withCovers(serve, left);
  };
  return {
    ...document,
    rules: document.rules.map((rule) => ({ ...rule, serve: stripped(rule.serve) })),
    defaultServe: stripped(document.defaultServe),
  };
}

/** The covers at a place of a configuration. @param ruleId - empty: the default serve */
export function coversAt(document: ConfigurationDocument, ruleId: string | undefined): readonly HoldoutCover[] {
  const serve = ruleId === '' ? document.defaultServe : document.rules.find(({ id }) => id === ruleId)?.serve;
  return serve === undefined ? [] : coversOf(serve);
}

/**
 * What covers a serve after a change. Covers come with experiments and outlive them, so that whoever ships a winner and says
 * nothing of holdouts keeps them; they can be taken away, and not be made.
 * @param given - as the change says; undefined: nothing
 */
export function completeCovers(
  given: unknown,
  path: string,
  kept: readonly HoldoutCover[],
  { holdouts, errors }: { readonly holdouts: ReadonlySet<string>; readonly errors: ValidationError[] },
): readonly HoldoutCover[] {
  if (given === undefined) return kept;
  const covers: readonly unknown[] = Array.isArray(given) ? given : [given];
  const known = covers.flatMap((cover) => kept.find((one) => isDeepStrictEqual({ ...one }, cover)) ?? []);
  const ended = covers.filter((cover) => isEnded(cover, holdouts));
  const inOrder = kept.filter((cover) => known.includes(cover));
  if (!Array.isArray(given) || known.length + ended.length !== covers.length || !isDeepStrictEqual(known, inOrder))
    errors.push({
      path: `${path}/holdouts`,
      message: 'are set when experiments start; leave them out, or leave some of them out',
    });
  return inOrder;
}

/** What a reader may have read before the holdout ended, and sends again. */
function isEnded(cover: unknown, holdouts: ReadonlySet<string>): boolean {
  if (typeof cover !== 'object' || cover === null || !('holdout' in cover)) return false;
  return typeof cover.holdout === 'string' && !holdouts.has(cover.holdout);
}
