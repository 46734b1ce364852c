// Definitions over FlagSync, server-sent events and polling, from memory: node server-process.mjs <small | large>
import { createServer as createHttp } from 'node:http';
import { createServer as createHttp2 } from 'node:http2';
import { create, toBinary } from '@bufbuild/protobuf';
import { checksumOf, writeDefinitionsDocument, writeReplicaMessage } from '@stitchd/core';
import { SyncMessageSchema } from '@stitchd/proto/sync/v1/sync';
import { snapshot } from '../evaluation/our-definitions.mjs';

const host = '127.0.0.1';
const environmentId = '0193a1c0-7e6d-7000-8000-000000000001';
const entities = process.argv[2] === 'large' ? snapshot.entities : snapshot.entities.slice(0, 4);
const state = { revision: snapshot.revision, checksum: checksumOf(entities), entities: () => entities };
const message = { ...snapshot, ...state, entities };
const document = JSON.stringify(writeDefinitionsDocument(state, environmentId));
const event = `data: ${JSON.stringify(writeReplicaMessage(message))}\n\n`;
const bytes = toBinary(
  SyncMessageSchema,
  create(SyncMessageSchema, { ...message, entities: entities.map((entity) => ({ ...entity, body: Buffer.from(entity.body) })) }),
);
const frame = Buffer.concat([Buffer.alloc(5), bytes]);
frame.writeUInt32BE(bytes.length, 1);

const headers = { 'stitchd-environment-id': environmentId };
const http = createHttp((request, response) => {
  if (request.url?.endsWith('/stream')) {
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream' }).write(event);
  } else response.writeHead(200, { ...headers, 'content-type': 'application/json', etag: '"one"' }).end(document);
});
const grpc = createHttp2();
grpc.on('stream', (stream) => {
  stream.on('error', () => {});
  stream.respond({ ':status': 200, 'content-type': 'application/grpc', ...headers });
  stream.write(frame);
});
grpc.on('session', (session) => session.on('error', () => {}));

/** @param {import('node:net').Server} server @returns {Promise<string>} */
const listen = (server) =>
  new Promise((resolve) => {
    server.listen(0, host, () => {
      const address = server.address();
      resolve(`http://${host}:${typeof address === 'object' && address !== null ? address.port : 0}`);
    });
  });
process.send?.({ url: await listen(http), syncUrl: await listen(grpc), documentBytes: document.length });
process.on('disconnect', () => process.exit(0));
