import swagger, { type StaticDocumentSpec } from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { createOpenApiDocument } from '../openapi/create-openapi-document.ts';

/** The OpenAPI document at /openapi.json and a page to read it at /docs, both from our own files. */
export async function serveDocumentation(server: FastifyInstance): Promise<void> {
  const document = createOpenApiDocument();
  const text = JSON.stringify(document);
  server.get('/openapi.json', async (_, reply) => reply.type('application/json; charset=utf-8').send(text));
  await server.register(swagger, {
    mode: 'static',
    specification: { document: document as unknown as StaticDocumentSpec['document'] },
  });
  await server.register(swaggerUi, {
    routePrefix: '/docs',
    theme: { title: 'Stitchd REST API' },
    uiConfig: { url: '/openapi.json', docExpansion: 'none', deepLinking: true, displayOperationId: true, validatorUrl: null },
  });
}
