import { Badge, Text } from '@mantine/core';
import { When } from '../../parts/When.tsx';
import type { Receiver } from './receiver-queries.ts';

const pauses: Readonly<Record<Receiver['pauseCause'], string>> = {
  '': '',
  person: 'Somebody paused it.',
  failing: 'Nothing came through for too long.',
  gone: 'It answered that it is gone.',
};

/** Whether a receiver is told, and why not. */
export function ReceiverState({ receiver }: { readonly receiver: Receiver }) {
  const { pausedAt, pauseCause, failingSince } = receiver;
  if (pausedAt !== undefined)
    return (
      <>
        <Badge color={pauseCause === 'person' ? 'gray' : 'red'} variant="outline">
          paused
        </Badge>{' '}
        <When at={pausedAt} />
        <Text size="xs">{pauses[pauseCause]}</Text>
      </>
    );
  if (failingSince !== undefined)
    return (
      <>
        <Badge color="orange" variant="light">
          failing
        </Badge>{' '}
        since <When at={failingSince} />
      </>
    );
  return <>active</>;
}
