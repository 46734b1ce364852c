import { ThemeIcon, type MantineColor } from '@mantine/core';
import type { Icon } from '@tabler/icons-react';

interface Props {
  readonly colour: MantineColor;
  readonly icon: Icon;
  /** What it says to who does not see it. */
  readonly word: string;
}

/** How something stands, before the sentence that says why. */
export function StatusMark({ colour, icon: Drawn, word }: Props) {
  return (
    <ThemeIcon color={colour} variant="light" size="sm" radius="xl" aria-label={word} role="img">
      <Drawn size={14} aria-hidden />
    </ThemeIcon>
  );
}
