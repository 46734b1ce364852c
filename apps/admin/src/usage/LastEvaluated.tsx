import { Group, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { When } from '../parts/When.tsx';

type Activity = Schemas['FlagActivities']['items'][number];

const width = 56;
const height = 18;
const gap = 2;

/** When a flag was evaluated last, or delivered where it was never read, and the last seven days beside it. */
export function LastEvaluated({ activity }: { readonly activity: Activity | undefined }) {
  const at = activity?.lastEvaluatedAt ?? activity?.lastDeliveredAt;
  if (activity === undefined || at === undefined)
    return (
      <Text size="sm" c="dimmed">
        {activity === undefined ? ' ' : 'never'}
      </Text>
    );
  return (
    <Group gap="xs" wrap="nowrap">
      <When at={at} />
      <Sparkline days={activity.days} />
    </Group>
  );
}

function Sparkline({ days }: { readonly days: readonly number[] }) {
  const most = Math.max(1, ...days);
  const step = width / Math.max(1, days.length);
  return (
    <svg width={width} height={height} role="img" aria-label={`The last days: ${days.join(', ')}`}>
      {days.map((count, index) => {
        const bar = count === 0 ? 1 : Math.max(2, (count / most) * height);
        return (
          <rect
            // Days have no name here but their place.
            key={`${index - days.length}`}
            x={index * step}
            y={height - bar}
            width={step - gap}
            height={bar}
            fill={count === 0 ? 'var(--mantine-color-default-border)' : 'var(--mantine-primary-color-filled)'}
          />
        );
      })}
    </svg>
  );
}
