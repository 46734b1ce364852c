import type { ValidationError } from '@stitchd/core';
import { problem } from '@stitchd/service-kit';

/** @throws VALIDATION_FAILED naming everything that is wrong */
export function refuseInvalid(errors: readonly ValidationError[]): void {
  if (errors.length === 0) return;
  const detail = errors.map(({ path, message }) => (path === '' ? message : `${path} ${message}`)).join('; ');
  throw problem('VALIDATION_FAILED', detail, { errors });
}
