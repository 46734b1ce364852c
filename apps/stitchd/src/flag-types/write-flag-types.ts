import type { JsonValue } from '@stitchd/core';
import type { DescribedFlag } from './described-flag.ts';
import { byCodePoint, shapeOf, textLiteral } from './json-shape.ts';

/** Longest text that becomes a literal: a flag with longer ones holds prose, which nobody compares with. */
export const maxLiteralLength = 100;

export interface WriteOptions {
  /** What the file is about, for its first lines. */
  readonly of: string;
  /** Whether every client of the program knows these flags, or only those made with `init<Flags>`. */
  readonly augment: boolean;
}

/** A TypeScript file with the keys, types, variants and values of flags. The same flags give the same text. */
export function writeFlagTypes(flags: readonly DescribedFlag[], { of, augment }: WriteOptions): string {
  const entries = [...flags].sort((a, b) => byCodePoint(a.key, b.key)).map(entryOf);
  const body = entries.length === 0 ? '' : `\n${entries.join('\n')}\n`;
  return [
    '// Written by `stitchd types`. Do not edit: run it again.',
    ...(augment ? ["import '@stitchd/sdk';"] : []),
    '',
    `/** The flags of ${oneLine(of)}. */`,
    `export interface Flags {${body}}`,
    ...(augment ? ['', "declare module '@stitchd/sdk' {", '  interface StitchdFlags extends Flags {}', '}'] : []),
    '',
  ].join('\n');
}

function entryOf({ key, type, description, variants }: DescribedFlag): string {
  const comment = oneLine(description);
  const names = variants.map((variant) => textLiteral(variant.key)).sort(byCodePoint);
  const value = valueType(
    type,
    variants.map((variant) => variant.value),
  );
  return [
    ...(comment === '' ? [] : [`  /** ${comment} */`]),
    `  readonly ${textLiteral(key)}: {`,
    `    readonly type: '${type}';`,
    `    readonly variant: ${names.length === 0 ? 'string' : names.join(' | ')};`,
    `    readonly value: ${value};`,
    '  };',
  ].join('\n');
}

/** Numbers are tuned often, so that they are not spelled out; text is what programs compare with, so that it is. */
function valueType(type: DescribedFlag['type'], values: readonly JsonValue[]): string {
  switch (type) {
    case 'boolean':
      return 'boolean';
    case 'integer':
    case 'double':
      return 'number';
    case 'string':
      return textType(values);
    case 'json':
      return shapeOf(values);
  }
}

function textType(values: readonly JsonValue[]): string {
  const texts = values.filter((value) => typeof value === 'string');
  if (texts.length === 0 || texts.some((text) => text.length > maxLiteralLength)) return 'string';
  return [...new Set(texts.map(textLiteral))].sort(byCodePoint).join(' | ');
}

/** Fit for a comment of one line. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').replaceAll('*/', '* /').trim();
}
