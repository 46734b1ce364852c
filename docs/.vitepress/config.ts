import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const docs = fileURLToPath(new URL('..', import.meta.url));

/** Pages of a folder, by their first heading. */
function pagesOf(folder: string, first: readonly string[] = []): { text: string; link: string }[] {
  const files = readdirSync(`${docs}${folder}`).filter(
    (file) => file.endsWith('.md') && file !== 'index.md' && !first.includes(file),
  );
  return [...first, ...files.toSorted()].map((file) => ({
    text: /^# (.+)$/m.exec(readFileSync(`${docs}${folder}/${file}`, 'utf8'))?.[1] ?? file,
    link: `/${folder}/${file.replace(/\.md$/, '')}`,
  }));
}

const guides = [
  'quickstart.md',
  'concepts.md',
  'evaluation.md',
  'operators.md',
  'sdk.md',
  'sdk-connections.md',
  'segments.md',
  'openfeature.md',
  'web.md',
  'experiments.md',
  'results.md',
  'recompute.md',
  'bundles.md',
  'alarms.md',
  'layers-and-holdouts.md',
  'trust.md',
  'events.md',
  'event-definitions.md',
  'personal-data.md',
  'metrics.md',
  'import-export.md',
  'tables.md',
  'usage.md',
  'exposures.md',
  'sync.md',
  'architecture.md',
  'operating.md',
];

export default {
  title: 'Stitchd',
  description: 'Self-hosted feature flags and experiments.',
  lang: 'en',
  cleanUrls: true,
  // Everything is served from the built folder: no outside fonts, scripts or calls.
  themeConfig: {
    search: { provider: 'local' },
    nav: [
      { text: 'Guide', link: '/guide/quickstart' },
      { text: 'Reference', link: '/reference/rest/' },
      { text: 'Decisions', link: '/decisions/' },
    ],
    sidebar: {
      '/guide/': [{ text: 'Guide', items: pagesOf('guide', guides) }],
      '/reference/': [
        { text: 'Reference', items: pagesOf('reference') },
        { text: 'REST', link: '/reference/rest/', items: pagesOf('reference/rest') },
      ],
      '/decisions/': [{ text: 'Decisions', link: '/decisions/', items: pagesOf('decisions') }],
    },
    outline: { level: [2, 3] },
  },
};
