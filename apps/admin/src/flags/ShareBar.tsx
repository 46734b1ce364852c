import { exactShareText } from '../parts/numbers.ts';
import { ColorSwatch, Group, Progress, Text } from '@mantine/core';
import type { Schemas } from '@stitchd/rest-client';
import { sharesOf } from './sentences.ts';

/** Colours that people who see few of them can tell apart, by a variant's place in the flag. */
const variantColours = ['cyan.7', 'orange.6', 'grape.6', 'lime.7', 'pink.6', 'indigo.6'];

interface Props {
  readonly serve: Schemas['Serve'];
  readonly flag: Schemas['Flag'];
}

/** How a split divides people, drawn; a serve of one variant needs no drawing. */
export function ShareBar({ serve, flag }: Props) {
  if ('variant' in serve) return null;
  const shares = sharesOf(serve).map((share) => ({ ...share, colour: colourOf(flag, share.variant) }));
  return (
    <>
      <Progress.Root size="lg" aria-hidden>
        {shares.map(({ variant, percent, colour }) => (
          <Progress.Section key={variant} value={percent} color={colour} />
        ))}
      </Progress.Root>
      <Group gap="md" mt={6} aria-hidden>
        {shares.map(({ variant, percent, colour }) => (
          <Group key={variant} gap={6}>
            <ColorSwatch color={`var(--mantine-color-${colour.replace('.', '-')})`} size={12} withShadow={false} />
            <Text size="xs">
              {variant} {exactShareText(percent / 100)}
            </Text>
          </Group>
        ))}
      </Group>
    </>
  );
}

function colourOf(flag: Schemas['Flag'], variant: string): string {
  const place = flag.variants.findIndex(({ key }) => key === variant);
  return variantColours[place % variantColours.length] ?? 'gray.6';
}
