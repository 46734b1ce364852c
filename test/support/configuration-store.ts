import pg from 'pg';
import type { Product } from './product.ts';
import { databaseUrlOf } from './stored-rows.ts';

/** A connection of the superuser to a product's embedded configuration store, past the product. */
export async function openConfigurationStore(product: Product): Promise<pg.Client> {
  const client = new pg.Client({ connectionString: await databaseUrlOf(product) });
  await client.connect();
  return client;
}
