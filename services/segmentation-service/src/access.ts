import type { AccessTable } from '@stitchd/service-kit';

const segments = 'stitchd.segment.v1.Segments';

export const segmentationServiceAccess: AccessTable = {
  [`${segments}/CreateSegment`]: { people: 'segment.write', scope: 'environment' },
  [`${segments}/GetSegment`]: { people: 'segment.read', scope: 'environment' },
  [`${segments}/ListSegments`]: { people: 'segment.read', scope: 'environment' },
  [`${segments}/UpdateSegment`]: { people: 'segment.write', scope: 'environment' },
  [`${segments}/DeleteSegment`]: { people: 'segment.write', scope: 'environment' },
  [`${segments}/ChangeListKeys`]: { people: 'segment.write', scope: 'environment' },
  [`${segments}/ListKeys`]: { people: 'segment.read', scope: 'environment' },
  [`${segments}/CheckMembership`]: {
    people: 'segment.read',
    sdkKeys: ['server'],
    services: ['gateway'],
    scope: 'environment',
  },
};
