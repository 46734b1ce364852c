import { Alert, Code, Text } from '@mantine/core';
import type { FailedMetric } from '../results.ts';
import { stageText } from '../scorecard/stage-text.ts';

/** Why there is nothing to see. */
export function FailedMetricSection({ metric: { failure } }: { readonly metric: FailedMetric }) {
  return (
    <Alert color="red" title="This metric could not be computed" role="alert">
      <Text size="sm">
        {failure.message} It failed while {stageText(failure.stage)} ({failure.code}). Other metrics are not affected.
      </Text>
      {failure.query !== null && (
        <Code block mt="xs" style={{ whiteSpace: 'pre-wrap' }}>
          {failure.query}
        </Code>
      )}
    </Alert>
  );
}
