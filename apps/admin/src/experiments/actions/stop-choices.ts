import type { Schemas } from '@stitchd/rest-client';
import { shareText } from '../../parts/numbers.ts';
import { wholeMilliPercent } from '../../parts/milli-percent.ts';

type Preview = Schemas['StopPreview']['items'][number];
type ServedAfter = NonNullable<Schemas['IterationList']['items'][number]['servedAfter']>;

/** No variant has this key: a key begins with a letter or a digit. */
export const keepChoice = '*keep';

export function serveOf(choice: string): Schemas['StopExperiment']['serve'] {
  return choice === keepChoice ? { keep: true } : { variant: choice };
}

export function servedLabel({ serve }: Preview): string {
  return serve.kind === 'keep' ? 'Everybody keeps what they have' : `${serve.variant} for everybody`;
}

/** What was served after a stop, and why. */
export function servedAfterText({ kind, variant, note }: ServedAfter): string {
  const served = kind === 'keep' ? 'everybody kept what they had' : `${variant} for everybody`;
  return note === '' ? served : `${served}: ${note}`;
}

/** Who will see what. */
export function movesSentence({ staysMilliPercent, moves }: Preview): string {
  const stays = `${shareText(staysMilliPercent / wholeMilliPercent)} see what they see now`;
  const moved = moves
    .filter(({ milliPercent }) => milliPercent > 0)
    .map(({ from, to, milliPercent }) => `${shareText(milliPercent / wholeMilliPercent)} go from ${from} to ${to}`);
  return `${[stays, ...moved].join('; ')}.`;
}
