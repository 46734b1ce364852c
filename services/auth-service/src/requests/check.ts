import { isKey, isUuid, maxKeyLength, roles, type Role } from '@stitchd/core';
import { isStorableText } from '@stitchd/db/postgres';
import { problem } from '@stitchd/service-kit';
import { authLimits } from '../limits.ts';
import { passwordFault } from '../passwords/password-rules.ts';

/** What is wrong with one field; `path` is that of the JSON body. */
export interface Fault {
  readonly path: string;
  readonly message: string;
}

type Finding = Fault | undefined;

/** @throws VALIDATION_FAILED naming every fault at once */
export function check(...findings: readonly Finding[]): void {
  const errors = findings.filter((finding) => finding !== undefined);
  const [first] = errors;
  if (first === undefined) return;
  throw problem('VALIDATION_FAILED', errors.map(({ path, message }) => `${path} ${message}`).join('; '), { errors });
}

function unless(holds: boolean, path: string, message: string): Finding {
  return holds ? undefined : { path, message };
}

export function keyFault(path: string, key: string): Finding {
  return unless(isKey(key), path, `must have 1 to ${maxKeyLength} lower-case letters, digits or "-_.", a letter or digit first`);
}

export function nameFault(path: string, name: string): Finding {
  const { nameLength } = authLimits;
  const fits = name.trim() !== '' && name.length <= nameLength;
  return unless(fits, path, `must have 1 to ${nameLength} characters`) ?? textFault(path, name);
}

export function descriptionFault(path: string, description: string): Finding {
  const { descriptionLength } = authLimits;
  const fits = description.length <= descriptionLength;
  return unless(fits, path, `must have at most ${descriptionLength} characters`) ?? textFault(path, description);
}

/** Of any text that is written to the store or compared with what is in it. */
export function textFault(path: string, text: string): Finding {
  return unless(isStorableText(text), path, 'must not hold a NUL character');
}

export function roleFault(path: string, role: string): Finding {
  return unless(isRole(role), path, `must be one of ${roles.join(', ')}`);
}

export function isRole(text: string): text is Role {
  return (roles as readonly string[]).includes(text);
}

export function rangeFault(path: string, value: number, low: number, high: number): Finding {
  return unless(value >= low && value <= high, path, `must be from ${low} to ${high}`);
}

export function uuidFault(path: string, id: string): Finding {
  return unless(isUuid(id), path, 'must be an id such as 01890a5d-ac96-774b-bcce-b302099a8057');
}

export function newPasswordFault(path: string, password: string): Finding {
  const message = passwordFault(password);
  return message === undefined ? undefined : { path, message };
}
