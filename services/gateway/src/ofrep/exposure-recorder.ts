import type { ContextHandle, ExposureSource } from '@stitchd/core';
import type { Principal } from '@stitchd/service-kit';

/** Takes the exposures of remote evaluations and sends them on in the background. */
export interface ExposureRecorder {
  readonly record: (principal: Principal, exposure: ExposureSource, context: ContextHandle) => void;
}
