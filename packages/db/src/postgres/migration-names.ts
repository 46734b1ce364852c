import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The migrations that this program was built with, in their order. */
export function migrationNames(): readonly string[] {
  return readdirSync(fileURLToPath(new URL('../../migrations', import.meta.url)))
    .filter((file) => file.endsWith('.sql'))
    .map((file) => file.slice(0, -'.sql'.length))
    .toSorted();
}
