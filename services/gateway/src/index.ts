export { createOpenApiDocument } from './openapi/create-openapi-document.ts';
