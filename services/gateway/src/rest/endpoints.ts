import { ofrepEndpoints } from '../ofrep/ofrep-endpoints.ts';
import { valueEndpoints } from '../values/value-endpoints.ts';
import { auditEndpoints } from './audit/audit-endpoints.ts';
import type { Endpoint } from './endpoint.ts';
import { previewEndpoints } from './evaluation/preview-endpoints.ts';
import { eventEndpoints } from './events/event-endpoints.ts';
import { eventSettingsEndpoints } from './events/event-settings-endpoints.ts';
import { eventJobEndpoints } from './events/event-job-endpoints.ts';
import { eventTrafficEndpoints } from './events/event-traffic-endpoints.ts';
import { metricEndpoints } from './events/metric-endpoints.ts';
import { unitEndpoints } from './events/unit-endpoints.ts';
import { experimentEndpoints } from './experiments/experiment-endpoints.ts';
import { lifecycleEndpoints } from './experiments/lifecycle-endpoints.ts';
import { configurationEndpoints } from './flags/configuration-endpoints.ts';
import { flagEndpoints } from './flags/flag-endpoints.ts';
import { overrideLinkEndpoints } from './flags/override-link-endpoints.ts';
import { holdoutEndpoints } from './holdouts/holdout-endpoints.ts';
import { holdoutResultEndpoints } from './holdouts/holdout-result-endpoints.ts';
import { apiTokenEndpoints } from './keys/api-token-endpoints.ts';
import { sdkKeyEndpoints } from './keys/sdk-key-endpoints.ts';
import { layerEndpoints } from './layers/layer-endpoints.ts';
import { memberEndpoints } from './members/member-endpoints.ts';
import { operationEndpoints } from './operation/operation-endpoints.ts';
import { organisationEndpoints } from './organisations/organisation-endpoints.ts';
import { environmentEndpoints } from './projects/environment-endpoints.ts';
import { projectEndpoints } from './projects/project-endpoints.ts';
import { receiverEndpoints } from './receivers/receiver-endpoints.ts';
import { jobEndpoints } from './results/job-endpoints.ts';
import { planningEndpoints } from './results/planning-endpoints.ts';
import { resultEndpoints } from './results/result-endpoints.ts';
import { unitExportEndpoints } from './results/unit-export-endpoints.ts';
import { definitionsEndpoints } from './sdk/definitions-endpoints.ts';
import { sdkEndpoints } from './sdk/sdk-endpoints.ts';
import { listKeyEndpoints } from './segments/list-key-endpoints.ts';
import { segmentEndpoints } from './segments/segment-endpoints.ts';
import { exportEndpoints } from './transfers/export-endpoints.ts';
import { importEndpoints } from './transfers/import-endpoints.ts';
import { usageEndpoints } from './usage/usage-endpoints.ts';
import { sessionEndpoints } from './sessions/session-endpoints.ts';

/** Every operation of the public interface: what is not here is neither served nor documented. */
export const endpoints: readonly Endpoint[] = [
  ...sessionEndpoints,
  ...organisationEndpoints,
  ...memberEndpoints,
  ...apiTokenEndpoints,
  ...projectEndpoints,
  ...environmentEndpoints,
  ...sdkKeyEndpoints,
  ...receiverEndpoints,
  ...flagEndpoints,
  ...configurationEndpoints,
  ...overrideLinkEndpoints,
  ...segmentEndpoints,
  ...listKeyEndpoints,
  ...eventEndpoints,
  ...eventSettingsEndpoints,
  ...eventTrafficEndpoints,
  ...eventJobEndpoints,
  ...importEndpoints,
  ...exportEndpoints,
  ...usageEndpoints,
  ...unitEndpoints,
  ...metricEndpoints,
  ...experimentEndpoints,
  ...lifecycleEndpoints,
  ...layerEndpoints,
  ...holdoutEndpoints,
  ...holdoutResultEndpoints,
  ...resultEndpoints,
  ...unitExportEndpoints,
  ...jobEndpoints,
  ...planningEndpoints,
  ...previewEndpoints,
  ...ofrepEndpoints,
  ...definitionsEndpoints,
  ...valueEndpoints,
  ...sdkEndpoints,
  ...auditEndpoints,
  ...operationEndpoints,
];
