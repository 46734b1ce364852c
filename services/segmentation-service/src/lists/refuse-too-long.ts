import { listSides, type SegmentRow } from '@stitchd/db/segment';
import { refuseInvalid } from '../segments/refuse-invalid.ts';
import type { ListSettings } from './list-form.ts';

/** @throws VALIDATION_FAILED where a side would hold more keys than the operator allows */
export function refuseTooLong(counts: Pick<SegmentRow, 'included_count' | 'excluded_count'>, { listKeys }: ListSettings): void {
  refuseInvalid(
    listSides
      .filter((side) => counts[`${side}_count`] > listKeys)
      .map((side) => ({ path: `/${side}`, message: `would have ${counts[`${side}_count`]} keys, more than ${listKeys}` })),
  );
}
