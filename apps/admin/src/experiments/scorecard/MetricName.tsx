import { Anchor, Badge, Group, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { When } from '../../parts/When.tsx';
import { useScope } from '../../shell/use-scope.ts';
import { shareText } from '../../parts/numbers.ts';
import { gainText } from '../result-words.ts';
import type { ComputedMetric } from '../results.ts';

interface Props {
  readonly metric: ComputedMetric;
  /** Whose page of the metric there is. */
  readonly experiment: string | undefined;
}

/** Which metric it is, which way is good, and what to know about it; it leads to everything about it. */
export function MetricName({ metric, experiment }: Props) {
  const scope = useScope();
  const [comparison] = metric.comparisons;
  return (
    <>
      {experiment === undefined ? (
        <Text fw={600} size="sm">
          {metric.name}
        </Text>
      ) : (
        <Anchor
          fw={600}
          size="sm"
          renderRoot={(props) => (
            <Link
              {...props}
              to="/projects/$project/$environment/experiments/$experiment/metrics/$metric"
              params={{ ...scope, experiment, metric: metric.key }}
            />
          )}
        >
          {metric.name}
        </Anchor>
      )}
      <Text size="xs" c="dimmed">
        {metric.direction === 'increase' ? 'more' : 'less'} is better
        {metric.margin !== null && `, ${shareText(metric.margin)} worse is allowed`}
      </Text>
      {comparison?.adjustment.status === 'applied' && (
        <Text size="xs" c="dimmed">
          {gainText(comparison)}
        </Text>
      )}
      <Group gap={4} mt={2}>
        {metric.isExploratory && metric.role !== 'secondary' && <Badge color="yellow">changed after start</Badge>}
      </Group>
      {metric.stale !== null && (
        <Text size="xs" fw={600}>
          This is its last good value, from <When at={metric.stale.since} inherit />. {metric.stale.cause}
        </Text>
      )}
    </>
  );
}
