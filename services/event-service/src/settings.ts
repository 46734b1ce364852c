import { spoolLimits } from '@stitchd/events';
import { choiceSetting, numberSetting, optionalTextSetting } from '@stitchd/service-kit';

const mebibyte = 1_024 * 1_024;

export const settings = {
  acknowledge: choiceSetting({
    variable: 'STITCHD_EVENTS_ACK',
    choices: ['spool', 'clickhouse'],
    default: 'spool',
    description:
      'When a batch is acknowledged: `spool`, as soon as it is safe on the disk of event-service, which has to last; `clickhouse`, when it is in ClickHouse, for hosts without such a disk.',
  }),
  spoolDirectory: optionalTextSetting({
    variable: 'STITCHD_EVENTS_SPOOL_DIR',
    description:
      'Where accepted items wait for ClickHouse; spool in the data directory where it is not set. Replicas on one host may share it; replicas on different hosts must not.',
  }),
  spoolMebibytes: numberSetting({
    variable: 'STITCHD_EVENTS_SPOOL_MEBIBYTES',
    default: spoolLimits.totalBytes / mebibyte,
    low: 16,
    high: 1_048_576,
    description: 'How much may wait in the spool of one replica, in MiB; batches above it are refused with STORE_UNAVAILABLE.',
  }),
};

export function spoolBytesOf(mebibytes: number): number {
  return mebibytes * mebibyte;
}
