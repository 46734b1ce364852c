import { Group, Text } from '@mantine/core';
import { FlagLink } from '../parts/links.tsx';

/** Who a segment can't be taken away from, such as `flag:checkout`. */
export function UsedBy({ references }: { readonly references: readonly string[] }) {
  if (references.length === 0) return <Text size="sm">nothing yet</Text>;
  return (
    <Group gap={8}>
      {references.map((reference) => {
        const [kind = '', key = ''] = reference.split(/:(.*)/s);
        return kind === 'flag' ? <FlagLink key={reference} flag={key} /> : <span key={reference}>{`${kind} ${key}`}</span>;
      })}
    </Group>
  );
}
