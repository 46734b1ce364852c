import { authService } from '@stitchd/auth-service';
import { eventService } from '@stitchd/event-service';
import { experimentationService } from '@stitchd/experimentation-service';
import { flagService } from '@stitchd/flag-service';
import { gateway } from '@stitchd/gateway';
import { segmentationService } from '@stitchd/segmentation-service';
import type { ServiceDefinition } from '@stitchd/service-kit';
import { statsService } from '@stitchd/stats-service';

/** Every service of the product, in the order in which they start; the gateway last, since it opens to the public. */
export const allServices: readonly ServiceDefinition[] = [
  authService,
  segmentationService,
  flagService,
  eventService,
  experimentationService,
  statsService,
  gateway,
];
