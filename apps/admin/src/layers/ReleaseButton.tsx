import { Button, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import type { Schemas } from '@stitchd/rest-client';
import { ConfirmDialog } from '../parts/ConfirmDialog.tsx';
import { percentText } from './percent-text.ts';
import { useReleaseShare } from './use-layer-changes.ts';

interface Props {
  readonly layer: Schemas['Layer'];
  readonly slice: Schemas['AllottedSlice'];
}

const atRest = ['draft', 'stopped'];

/** Takes an experiment out of a layer; while it runs there is nothing to press. */
export function ReleaseButton({ layer, slice }: Props) {
  const [asking, { open, close }] = useDisclosure();
  const release = useReleaseShare(layer, close);
  const { experimentKey, experimentName, experimentState, shareMilliPercent } = slice;
  if (!atRest.includes(experimentState))
    return (
      <Text size="sm" c="dimmed">
        once it has stopped
      </Text>
    );
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={open} aria-label={`Take out ${experimentName}`}>
        Take out
      </Button>
      <ConfirmDialog
        opened={asking}
        onClose={() => {
          release.reset();
          close();
        }}
        title={`Take ${experimentName} out of ${layer.name}?`}
        confirmLabel="Take it out"
        onConfirm={() => release.mutate(experimentKey)}
        isPending={release.isPending}
        error={release.error}
        seen={layer}
      >
        <Text size="sm">Its {percentText(shareMilliPercent)} are free again, and another experiment may get them.</Text>
        {experimentState === 'stopped' && (
          <Text size="sm">What its flag serves stays as it is until somebody changes the flag.</Text>
        )}
      </ConfirmDialog>
    </>
  );
}
