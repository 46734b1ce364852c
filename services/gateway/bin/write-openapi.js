#!/usr/bin/env node
// Writes the OpenAPI document of the REST interface: to the file named, else to openapi.json of this package.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createOpenApiDocument } from '../dist/index.js';

const file = process.argv[2] ?? fileURLToPath(new URL('../openapi.json', import.meta.url));
writeFileSync(file, `${JSON.stringify(createOpenApiDocument(), null, 2)}\n`);
