import { isUtf8 } from 'node:buffer';
import { jsonProblem, type ProblemCode } from '@stitchd/core';
import { itemLimits } from './item-limits.ts';
import { unknownSender, type Sender } from './sender.ts';
import { unpackBody } from './unpack-body.ts';

/** A batch as the SDK sent it; its items are not looked at yet. */
export interface Batch {
  readonly kind: 'batch';
  readonly sentAtMs: number;
  readonly items: readonly unknown[];
  readonly sdk: Sender;
  /** Size of the body, unpacked. */
  readonly unpackedBytes: number;
}

/** Nothing of the request was taken. */
export interface RefusedBody {
  readonly kind: 'refused';
  readonly code: ProblemCode;
  readonly detail: string;
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

/**
 * Reads a request's body: unpacks it, parses it and looks at its top level.
 * @param contentEncoding - the header: see `unpackBody`
 */
export async function readBody(body: Uint8Array, contentEncoding: string): Promise<Batch | RefusedBody> {
  if (body.length > itemLimits.bodyBytes) return tooLarge(`The body is larger than ${itemLimits.bodyBytes} bytes.`);
  const unpacked = await unpackBody(body, contentEncoding);
  switch (unpacked.kind) {
    case 'unpacked':
      return readBytes(unpacked.bytes);
    case 'unknown-encoding':
      return refused('UNSUPPORTED_MEDIA_TYPE', unpacked.detail);
    case 'too-large':
      return tooLarge(`The body is larger than ${itemLimits.unpackedBytes} bytes when it is unpacked.`);
    case 'damaged':
      return refused('VALIDATION_FAILED', `The body says that it is ${contentEncoding} and can not be unpacked.`);
  }
}

function readBytes(bytes: Buffer): Batch | RefusedBody {
  if (!isUtf8(bytes)) return refused('MALFORMED_JSON', 'The body is not UTF-8.');
  const parsed = parseJson(bytes);
  return 'kind' in parsed ? parsed : checkTopLevel(parsed.value, bytes.length);
}

function parseJson(bytes: Buffer): { readonly value: unknown } | RefusedBody {
  try {
    return { value: JSON.parse(bytes.toString('utf8')) as unknown };
  } catch (error) {
    return refused('MALFORMED_JSON', `The body is not JSON: ${jsonProblem(error)}.`);
  }
}

function checkTopLevel(value: unknown, unpackedBytes: number): Batch | RefusedBody {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    return invalid([{ path: '', message: 'The body is an object with sentAt and items.' }]);
  const { sentAt, items, sdk, ...others } = value as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return unknownField(unknown);
  if (typeof sentAt !== 'number' || !Number.isSafeInteger(sentAt) || sentAt < 0)
    return invalid([{ path: 'sentAt', message: 'sentAt must be a time in whole milliseconds since 1970.' }]);
  if (!Array.isArray(items)) return invalid([{ path: 'items', message: 'items must be a list.' }]);
  if (items.length > itemLimits.items)
    return invalid([{ path: 'items', message: `A batch holds at most ${itemLimits.items} items.` }]);
  const sender = sdk === undefined ? unknownSender : readSender(sdk);
  return 'kind' in sender ? sender : { kind: 'batch', sentAtMs: sentAt, items, sdk: sender, unpackedBytes };
}

function readSender(sdk: unknown): Sender | RefusedBody {
  if (typeof sdk !== 'object' || sdk === null || Array.isArray(sdk))
    return invalid([{ path: 'sdk', message: 'sdk is an object with name and version.' }]);
  const { name, version, ...others } = sdk as Readonly<Record<string, unknown>>;
  const [unknown] = Object.keys(others);
  if (unknown !== undefined) return unknownField(`sdk.${unknown}`);
  if (!isShortText(name)) return invalid([{ path: 'sdk.name', message: shortTextMessage }]);
  if (!isShortText(version)) return invalid([{ path: 'sdk.version', message: shortTextMessage }]);
  return { name, version };
}

const shortTextMessage = `This must be a text of 1 to ${itemLimits.sdkCharacters} characters.`;

function isShortText(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= itemLimits.sdkCharacters;
}

function unknownField(name: string): RefusedBody {
  const path = name.slice(0, 100);
  const errors = [{ path, message: 'There is no such field.' }];
  return { kind: 'refused', code: 'UNKNOWN_FIELD', detail: `There is no field ${JSON.stringify(path)}.`, errors };
}

function invalid(errors: RefusedBody['errors']): RefusedBody {
  return { kind: 'refused', code: 'VALIDATION_FAILED', detail: errors[0]?.message ?? '', errors };
}

function tooLarge(detail: string): RefusedBody {
  return refused('BODY_TOO_LARGE', detail);
}

function refused(code: ProblemCode, detail: string): RefusedBody {
  return { kind: 'refused', code, detail, errors: [] };
}
