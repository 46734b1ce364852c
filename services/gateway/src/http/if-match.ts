import { problem } from '@stitchd/service-kit';

/** The ETag of a version. */
export function etagOf(version: number): string {
  return `"${version}"`;
}

/**
 * The version that If-Match names; 0 where there is none and none is required.
 * @throws PRECONDITION_REQUIRED, VALIDATION_FAILED
 */
export function versionOf(header: string | undefined, required: boolean): number {
  if (header === undefined) {
    if (required) throw problem('PRECONDITION_REQUIRED', 'Say with If-Match which version you change: the ETag that you read.');
    return 0;
  }
  const version = Number(/^"(\d{1,9})"$/.exec(header)?.[1]);
  if (version > 0) return version;
  throw problem('VALIDATION_FAILED', 'If-Match must be the ETag that was read, such as "3".', {
    errors: [{ path: 'If-Match', message: 'must be one strong ETag of this resource' }],
  });
}
