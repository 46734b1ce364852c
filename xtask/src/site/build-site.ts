import path from 'node:path';
import { build } from 'vitepress';
import { repositoryRoot } from '../repository.ts';

/** Builds docs/ into docs/.vitepress/dist. A link to a page that doesn't exist fails the build. */
export async function buildSite(): Promise<number> {
  await build(path.join(repositoryRoot, 'docs'));
  console.log('The site is in docs/.vitepress/dist.');
  return 0;
}
