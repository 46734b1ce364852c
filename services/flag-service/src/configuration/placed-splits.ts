import type { Serve, Split } from '@stitchd/core';
import type { BindingRow, ConfigurationDocument } from '@stitchd/db/flag';

/** A split with where it is. */
export interface PlacedSplit {
  readonly split: Split;
  /** Empty: the default serve. */
  readonly ruleId: string;
  /** JSON pointer into the document. */
  readonly path: string;
}

/** Every split of a configuration. */
export function placedSplits(document: ConfigurationDocument): readonly PlacedSplit[] {
  const inRules = document.rules.flatMap(({ id, serve }, index) => placed(serve, id, `/rules/${index}/serve/split`));
  return [...inRules, ...placed(document.defaultServe, '', '/defaultServe/split')];
}

function placed(serve: Serve, ruleId: string, path: string): readonly PlacedSplit[] {
  return 'split' in serve ? [{ split: serve.split, ruleId, path }] : [];
}

/** The document with each split under a running iteration saying so. */
export function stampIterations(document: ConfigurationDocument, running: readonly BindingRow[]): ConfigurationDocument {
  const iterations = new Map(
    running.filter(({ recorded }) => !recorded).map((binding) => [binding.split_id, binding.iteration_id]),
  );
  if (iterations.size === 0) return document;
  const stamp = (serve: Serve): Serve => {
    const iterationId = 'split' in serve ? iterations.get(serve.split.id) : undefined;
    return 'split' in serve && iterationId !== undefined ? { split: { ...serve.split, iterationId } } : serve;
  };
  return {
    ...document,
    rules: document.rules.map((rule) => ({ ...rule, serve: stamp(rule.serve) })),
    defaultServe: stamp(document.defaultServe),
  };
}
