import { expect, test } from 'vitest';
import { sdkSnippet } from './sdk-snippet.ts';

test('The lines ask for the flag by its type, at this address', () => {
  expect(sdkSnippet({ key: 'search-limits', type: 'json' }, 'http://localhost:8080')).toContain(
    "client.jsonDetails('search-limits', user, {})",
  );
  expect(sdkSnippet({ key: 'depth', type: 'integer' }, 'https://flags.example')).toContain(
    "client.numberDetails('depth', user, 0)",
  );
  expect(sdkSnippet(undefined, 'https://flags.example')).toContain("url: 'https://flags.example'");
});
