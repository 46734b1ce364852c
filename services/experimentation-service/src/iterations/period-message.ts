import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { StoredPeriod } from '@stitchd/db/experiment';
import type { PeriodSchema } from '@stitchd/proto/experiment/v1/experiment';

export function periodMessage({ from, to, arms, ...period }: StoredPeriod): MessageInitShape<typeof PeriodSchema> {
  return {
    ...period,
    from: timestampFromDate(from),
    ...(to !== undefined && { to: timestampFromDate(to) }),
    arms: arms.map((arm) => ({ ...arm })),
  };
}
