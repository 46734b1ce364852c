import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** This host, names that are reserved for examples, and addresses that are names of vocabularies and called by nobody. */
const allowed = /^(localhost|127\.0\.0\.1|flags\.internal|([\w-]+\.)*example(\.(org|com))?|www\.w3\.org|json-schema\.org)$/;

function shippedFiles(): string[] {
  return ['packages', 'services', 'apps']
    .flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => path.join(root, folder, file)),
    )
    .filter((file) => /\.(ts|tsx|mjs|js|html|css)$/.test(file) && !/\/(node_modules|dist)\/|\.test(-support)?\./.test(file));
}

test('No source of the product names a host outside of the installation', () => {
  const files = shippedFiles();
  expect(files.length).toBeGreaterThan(200);
  const outside = files.flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/\b(?:https?|wss?):\/\/([\w.-]+)/g)]
      .map(([, host = '']) => host.replace(/\.+$/, ''))
      .filter((host) => !allowed.test(host))
      .map((host) => `${path.relative(root, file)}: ${host}`),
  );
  expect(outside).toEqual([]);
});
