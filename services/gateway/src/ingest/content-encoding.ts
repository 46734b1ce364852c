import { problem } from '@stitchd/service-kit';
import { maxContentEncodingLength } from '../limits.ts';

/**
 * How a body says that it is packed, for event-service to unpack it: which ways there are depends on where that runs.
 * @throws UNSUPPORTED_MEDIA_TYPE
 */
export function contentEncodingOf(header: string | readonly string[] | undefined): string {
  if (header === undefined) return '';
  if (typeof header === 'string' && header.length <= maxContentEncodingLength) return header;
  throw problem('UNSUPPORTED_MEDIA_TYPE', 'Content-Encoding must be one of gzip, br and zstd, or left out.');
}
