import type { Schemas } from '@stitchd/rest-client';
import { serveSentence, sharesOf, type Share } from '../../flags/sentences.ts';

export interface SplitChoice {
  /** Empty: the default serve. */
  readonly ruleId: string;
  readonly label: string;
  /** Those that the split gives out. */
  readonly variants: string[];
  /** How much of all each of them gets, in per cent. */
  readonly shares: readonly Share[];
  /** Of the context whose key decides. */
  readonly contextKind: string;
}

/** The places of a configuration where chance gives out variants: there an experiment can stand. */
export function splitsOf(document: Schemas['ConfigurationDocument']): readonly SplitChoice[] {
  const places = [
    { ruleId: '', name: 'Everyone else', serve: document.defaultServe },
    ...(document.rules ?? []).map(({ id = '', name, serve }, index) => ({
      ruleId: id,
      name: name ?? `Rule ${index + 1}`,
      serve,
    })),
  ];
  return places.flatMap(({ ruleId, name, serve }) =>
    'split' in serve
      ? {
          ruleId,
          label: `${name}: ${serveSentence(serve)}`,
          variants: sharesOf(serve).map(({ variant }) => variant),
          shares: sharesOf(serve),
          contextKind: serve.split.contextKind,
        }
      : [],
  );
}
