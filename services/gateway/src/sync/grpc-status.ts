import type { OutgoingHttpHeaders } from 'node:http2';
import { toBinary } from '@bufbuild/protobuf';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { ConnectError } from '@connectrpc/connect';
import { ProblemSchema } from '@stitchd/proto/common/v1/common';
import { isKnownProblem, problem } from '@stitchd/service-kit';

/**
 * The trailers by which gRPC tells an error: status, a sentence, and the problem as a detail (`grpc-status-details-bin`).
 * Its code stands in `stitchd-problem-code` too, for clients that read no details.
 */
export function statusTrailers(error: unknown): OutgoingHttpHeaders {
  const known = isKnownProblem(error) ? error : problem('INTERNAL', 'Something failed inside Stitchd.');
  const [carried] = known.findDetails(ProblemSchema);
  const message = new ConnectError(known.rawMessage, known.code).rawMessage;
  return {
    'grpc-status': String(known.code),
    'grpc-message': percentEncode(message),
    ...(carried !== undefined && {
      'stitchd-problem-code': carried.code,
      ...(carried.retryAfterSeconds > 0 && { 'retry-after': String(carried.retryAfterSeconds) }),
      'grpc-status-details-bin': Buffer.from(
        encodeStatus(known.code, message, ProblemSchema.typeName, toBinary(ProblemSchema, carried)),
      ).toString('base64'),
    }),
  };
}

/** gRPC over HTTP/2, "Percent-Encoded": printable ASCII but % as it is. */
function percentEncode(text: string): string {
  return [...Buffer.from(text, 'utf8')]
    .map((byte) =>
      byte >= 0x20 && byte <= 0x7e && byte !== 0x25
        ? String.fromCharCode(byte)
        : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
    )
    .join('');
}

/** A google.rpc.Status with one detail: code 1, message 2, details 3 (google.protobuf.Any: type_url 1, value 2). */
function encodeStatus(code: number, message: string, typeName: string, detail: Uint8Array): Uint8Array {
  const any = new BinaryWriter()
    .tag(1, WireType.LengthDelimited)
    .string(`type.googleapis.com/${typeName}`)
    .tag(2, WireType.LengthDelimited)
    .bytes(detail)
    .finish();
  return new BinaryWriter()
    .tag(1, WireType.Varint)
    .int32(code)
    .tag(2, WireType.LengthDelimited)
    .string(message)
    .tag(3, WireType.LengthDelimited)
    .bytes(any)
    .finish();
}
