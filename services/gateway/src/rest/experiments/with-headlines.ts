import type { JsonObject } from '@bufbuild/protobuf';
import { Results } from '@stitchd/proto/stats/v1/stats';
import type { GatewayContext } from '../../context.ts';
import { textOf } from '../answers.ts';

/** A page of experiments with what their newest results say, by one more question for all of them. */
export async function withHeadlines(list: JsonObject, { ask }: Pick<GatewayContext, 'ask'>): Promise<JsonObject> {
  const experiments = (list['items'] ?? []) as readonly JsonObject[];
  const experimentIds = experiments.map((experiment) => textOf(experiment, 'id'));
  const told = await ask(Results.method.listHeadlines, { experimentIds });
  const headlines = new Map(
    ((told['items'] ?? []) as readonly JsonObject[]).map((each) => {
      const { experimentId: _experimentId, ...headline } = each;
      return [textOf(each, 'experimentId'), headline] as const;
    }),
  );
  return {
    ...list,
    items: experiments.map((experiment) => {
      const headline = headlines.get(textOf(experiment, 'id'));
      return headline === undefined ? experiment : { ...experiment, headline };
    }),
  };
}
