import { definitionsFormat } from '@stitchd/core';
import { z } from 'zod';

const revision = z.number().int();

export const definitionsDocument = z
  .object({
    format: z.literal(definitionsFormat),
    environment: z.string().describe('The id of the environment.'),
    revision: revision.describe('Goes up with every change of the environment.'),
    checksum: z.string().describe('Of the whole state: 16 hexadecimal digits; the guide to sync says how it is made.'),
    entities: z.array(
      z.object({
        kind: z.string().describe('`flag`, `segment`, `list-shard`, `holdout`, …; others than you know are kept, not read.'),
        id: z.string(),
        revision: revision.describe('The revision of the environment that published it.'),
        body: z.string().describe('JSON text, byte for byte as it was rendered.'),
      }),
    ),
  })
  .meta({ id: 'DefinitionsDocument' });
