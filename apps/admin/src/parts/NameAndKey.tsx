import { TextInput } from '@mantine/core';
import { keyFromName } from './key-from-name.ts';

interface Form {
  readonly values: { readonly name: string; readonly key: string };
  readonly errors: { readonly name?: React.ReactNode; readonly key?: React.ReactNode };
  readonly setFieldValue: (field: 'name' | 'key', value: string) => void;
}

/** A name, and the key that follows it until somebody writes their own. */
export function NameAndKey({ form, keyDescription }: { readonly form: Form; readonly keyDescription: string }) {
  const { name, key } = form.values;
  const rename = (next: string): void => {
    if (key === keyFromName(name)) form.setFieldValue('key', keyFromName(next));
    form.setFieldValue('name', next);
  };
  return (
    <>
      <TextInput
        label="Name"
        data-autofocus
        autoComplete="off"
        value={name}
        error={form.errors.name}
        onChange={(event) => rename(event.currentTarget.value)}
      />
      <TextInput
        label="Key"
        description={keyDescription}
        required
        autoComplete="off"
        spellCheck={false}
        styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)' } }}
        value={key}
        error={form.errors.key}
        onChange={(event) => form.setFieldValue('key', event.currentTarget.value)}
      />
    </>
  );
}
