import { ColorSwatch, Group, Progress, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { layerPieces } from './layer-pieces.ts';

/** Colours that people who see few of them can tell apart, by the place of an experiment in the layer. */
const sliceColours = ['cyan.7', 'orange.6', 'grape.6', 'lime.7', 'pink.6', 'indigo.6'];

/** Where in the layer each experiment has its ranges; the list beneath it says the same in words. */
export function LayerBar({ layer }: { readonly layer: Schemas['Layer'] }) {
  const { slices } = layer;
  return (
    <>
      <Progress.Root size="xl" aria-hidden>
        {layerPieces(slices).map(({ fromPercent, percent, experiment }) => (
          <Progress.Section key={fromPercent} value={percent} color={colourOf(layer, experiment)} />
        ))}
      </Progress.Root>
      <Group gap="md" mt={6} aria-hidden>
        {slices.map(({ experimentKey, experimentName }) => (
          <Group key={experimentKey} gap={6}>
            <ColorSwatch
              color={`var(--mantine-color-${colourOf(layer, experimentKey).replace('.', '-')})`}
              size={12}
              withShadow={false}
            />
            <Text size="xs">{experimentName}</Text>
          </Group>
        ))}
      </Group>
    </>
  );
}

function colourOf({ slices }: Schemas['Layer'], experiment: string | undefined): string {
  if (experiment === undefined) return 'transparent';
  const place = slices.findIndex(({ experimentKey }) => experimentKey === experiment);
  return sliceColours[place % sliceColours.length] ?? 'gray.6';
}
