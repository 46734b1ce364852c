export { createOpenApiDocument } from './openapi/create-openapi-document.ts';
export { defineGateway, gateway } from './service.ts';
export { gatewaySettings } from './settings.ts';
