import type { JsonObject, JsonValue } from '@bufbuild/protobuf';
import { ResultsResponseSchema, type ResultsResponse } from '@stitchd/proto/stats/v1/stats';
import { messageJson } from '../../rpc/message-json.ts';

/** What stats-service sends as JSON in UTF-8; undefined where it sent nothing. */
export function answeredJson(bytes: Uint8Array): JsonValue | undefined {
  return bytes.length === 0 ? undefined : (JSON.parse(Buffer.from(bytes).toString('utf8')) as JsonValue);
}

/** Results with the job that made them, as REST shows them. */
export function resultsBody(response: ResultsResponse): JsonObject {
  const results = answeredJson(response.results);
  // As text of base64 it would be made for nothing.
  const { results: _, iteration, ...rest } = messageJson(ResultsResponseSchema, { ...response, results: new Uint8Array() });
  return { ...(results !== undefined && { results, ...(iteration !== undefined && { iteration }) }), ...rest };
}
