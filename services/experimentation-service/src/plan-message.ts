import type { MessageInitShape } from '@bufbuild/protobuf';
import { timestampFromDate } from '@bufbuild/protobuf/wkt';
import type { StoredAnalysis, StoredPlan, StoredServe } from '@stitchd/db/experiment';
import type { AnalysisSettingsSchema, PlanSchema, ServeSchema } from '@stitchd/proto/experiment/v1/experiment';

export function planMessage({ endsAt, ...plan }: StoredPlan): MessageInitShape<typeof PlanSchema> {
  return { ...plan, ...(endsAt !== undefined && { endsAt: timestampFromDate(new Date(endsAt)) }) };
}

export function analysisMessage(analysis: StoredAnalysis): MessageInitShape<typeof AnalysisSettingsSchema> {
  return { ...analysis, dimensions: [...analysis.dimensions] };
}

export function serveMessage(serve: StoredServe | null): MessageInitShape<typeof ServeSchema> | undefined {
  return serve === null ? undefined : { ...serve };
}
