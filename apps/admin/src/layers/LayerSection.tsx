import { Button, Group, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconTrash } from '@tabler/icons-react';
import type { Schemas } from '@stitchd/rest-client';
import { DataTable, type Column } from '../parts/DataTable.tsx';
import { ConfirmDialog } from '../parts/ConfirmDialog.tsx';
import { ExperimentLink } from '../parts/links.tsx';
import { Section } from '../parts/Section.tsx';
import { useCan } from '../session/use-can.ts';
import { AllotDialog } from './AllotDialog.tsx';
import { LayerBar } from './LayerBar.tsx';
import { percentText } from './percent-text.ts';
import { ReleaseButton } from './ReleaseButton.tsx';
import { useDeleteLayer } from './use-layer-changes.ts';

type Slice = Schemas['AllottedSlice'];

/** One layer: who has what of it, and how much is left. */
export function LayerSection({ layer }: { readonly layer: Schemas['Layer'] }) {
  const mayWrite = useCan()('experiment.write');
  const [allotting, { open, close }] = useDisclosure();
  const { slices, name, description, key, unitKind, freeMilliPercent } = layer;
  return (
    <Section
      title={name}
      actions={
        mayWrite && (
          <Group gap="xs">
            <Button size="compact-sm" variant="default" disabled={freeMilliPercent === 0} onClick={open}>
              Add an experiment
            </Button>
            {slices.length === 0 && <DeleteLayerButton layer={layer} />}
          </Group>
        )
      }
    >
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          <Text span ff="monospace" size="xs">
            {key}
          </Text>{' '}
          · by {unitKind} · {percentText(freeMilliPercent)} free{description === '' ? '' : ` · ${description}`}
        </Text>
        <LayerBar layer={layer} />
        {slices.length > 0 && (
          <DataTable
            label={`Experiments in ${name}`}
            columns={
              mayWrite
                ? [...columns, { header: 'Leave', cell: (slice) => <ReleaseButton layer={layer} slice={slice} /> }]
                : columns
            }
            rows={slices}
            rowKey={({ experimentKey }) => experimentKey}
          />
        )}
      </Stack>
      <AllotDialog layer={layer} opened={allotting} onClose={close} />
    </Section>
  );
}

const columns: readonly Column<Slice>[] = [
  {
    header: 'Experiment',
    cell: ({ experimentKey, experimentName }) => <ExperimentLink experiment={experimentKey}>{experimentName}</ExperimentLink>,
  },
  { header: 'State', cell: ({ experimentState }) => experimentState },
  { header: 'Share', align: 'right', cell: ({ shareMilliPercent }) => percentText(shareMilliPercent) },
  {
    header: 'Range',
    cell: ({ ranges }) => ranges.map(({ from, to }) => `${percentText(from)} to ${percentText(to)}`).join(', '),
  },
];

function DeleteLayerButton({ layer }: { readonly layer: Schemas['Layer'] }) {
  const [asking, { open, close }] = useDisclosure();
  const remove = useDeleteLayer(layer, close);
  return (
    <>
      <Button
        size="compact-sm"
        variant="subtle"
        color="red"
        leftSection={<IconTrash size={14} aria-hidden />}
        onClick={open}
        aria-label={`Delete ${layer.name}`}
      >
        Delete
      </Button>
      <ConfirmDialog
        opened={asking}
        onClose={() => {
          remove.reset();
          close();
        }}
        title={`Delete ${layer.name}?`}
        confirmLabel="Delete the layer"
        isDestructive
        onConfirm={() => remove.mutate()}
        isPending={remove.isPending}
        error={remove.error}
        seen={layer}
      >
        <Text size="sm">No experiment has a share of it, so nobody sees anything change.</Text>
      </ConfirmDialog>
    </>
  );
}
