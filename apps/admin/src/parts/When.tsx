import { Text, Tooltip } from '@mantine/core';

const relative = new Intl.RelativeTimeFormat('en', { numeric: 'auto' });
const absolute = new Intl.DateTimeFormat('en', { dateStyle: 'medium', timeStyle: 'medium' });
const steps = [
  ['year', 31_536_000],
  ['month', 2_592_000],
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
] as const;

interface Props {
  readonly at: string | undefined;
  /** Whether it looks as the sentence that it is in. */
  readonly inherit?: boolean;
}

/** A time, relative to now, with the exact one behind it. */
export function When({ at, inherit = false }: Props) {
  if (at === undefined) return <Text span>–</Text>;
  const seconds = (new Date(at).getTime() - Date.now()) / 1_000;
  const [unit, length] = steps.find(([, size]) => Math.abs(seconds) >= size) ?? ['second', 1];
  const words =
    unit === 'second' ? (seconds > 0 ? 'in a moment' : 'just now') : relative.format(Math.round(seconds / length), unit);
  return (
    <Tooltip label={absolute.format(new Date(at))}>
      <Text span inherit={inherit} size={inherit ? undefined : 'sm'} component="time" dateTime={at}>
        {words}
      </Text>
    </Tooltip>
  );
}
