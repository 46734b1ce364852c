import type { AccessTable } from '@stitchd/service-kit';

const flags = 'stitchd.flag.v1.Flags';
const splits = 'stitchd.flag.v1.Splits';

export const flagServiceAccess: AccessTable = {
  [`${flags}/CreateFlag`]: { people: 'flag.write', scope: 'project' },
  // Experiments are planned on flags, and segments may ask what a flag serves.
  [`${flags}/GetFlag`]: { people: 'flag.read', services: ['experimentation-service', 'segmentation-service'], scope: 'project' },
  [`${flags}/ListFlags`]: { people: 'flag.read', scope: 'project' },
  [`${flags}/UpdateFlag`]: { people: 'flag.write', scope: 'project' },
  [`${flags}/ArchiveFlag`]: { people: 'flag.write', scope: 'project' },
  [`${flags}/RestoreFlag`]: { people: 'flag.write', scope: 'project' },
  [`${flags}/GetConfiguration`]: { people: 'flag.read', services: ['experimentation-service'], scope: 'environment' },
  [`${flags}/UpdateConfiguration`]: { people: 'flag.write', scope: 'environment' },
  [`${flags}/SetEnabled`]: { people: 'flag.write', scope: 'environment' },
  [`${flags}/RecordOverrideLink`]: { people: 'flag.write', scope: 'environment' },
  [`${flags}/RotateSigningSecret`]: { people: 'key.write', scope: 'environment' },
  [`${splits}/BindSplit`]: { services: ['experimentation-service'], scope: 'environment' },
  [`${splits}/UnbindSplit`]: { services: ['experimentation-service'], scope: 'environment' },
  [`${splits}/ChangeSplit`]: { services: ['experimentation-service'], scope: 'environment' },
  [`${splits}/GetSplitHistory`]: { services: ['experimentation-service'], scope: 'environment' },
  'stitchd.flag.v1.Definitions/Watch': { services: ['gateway'], scope: 'none' },
};
