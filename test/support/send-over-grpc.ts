import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as grpc from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';
import type { Product } from './product.ts';

const protos = fileURLToPath(new URL('../../packages/proto/proto', import.meta.url));

/** Sends a batch with a stock gRPC client. */
export function sendOverGrpc(
  product: Pick<Product, 'syncUrl'>,
  key: string,
  method: 'SendEvents' | 'SendExposures',
  body: Uint8Array,
): Promise<{ readonly accepted: number }> {
  const { stitchd } = grpc.loadPackageDefinition(
    loadSync('stitchd/ingest/v1/ingest.proto', { includeDirs: [protos], defaults: true }),
  ) as unknown as {
    readonly stitchd: { readonly ingest: { readonly v1: { readonly ItemIngest: grpc.ServiceClientConstructor } } };
  };
  const client = new stitchd.ingest.v1.ItemIngest(new URL(product.syncUrl).host, grpc.credentials.createInsecure());
  const metadata = new grpc.Metadata();
  metadata.set('authorization', `Bearer ${key}`);
  const ask = client[method] as (request: object, metadata: grpc.Metadata, done: grpc.requestCallback<never>) => void;
  return new Promise<{ readonly accepted: number }>((resolve, reject) => {
    ask.call(client, { body: gzipSync(body), contentEncoding: 'gzip' }, metadata, (error, answer) => {
      if (error === null && answer !== undefined) resolve(answer);
      else reject(error ?? new Error('no answer'));
    });
  }).finally(() => client.close());
}
