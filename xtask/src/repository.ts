import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The root of the repository; this file is two folders below it, as source and as built. */
export const repositoryRoot = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
