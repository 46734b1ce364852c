import type { Database } from '@stitchd/db/postgres';
import type { Reach } from '@stitchd/service-kit';
import type { ListSettings } from './lists/list-form.ts';

/** What the routes get. */
export interface SegmentContext {
  readonly database: Database;
  readonly newId: () => string;
  readonly nowMs: () => number;
  readonly reach: Reach;
  readonly lists: ListSettings;
}
