export { eventStoreMigrations } from './migrations/index.ts';
export {
  EventStoreMigrationError,
  eventStoreState,
  migrateEventStore,
  type EventStoreMigrationOutcome,
  type EventStoreState,
  type Exclusively,
} from './migrations/migrate-event-store.ts';
export type { EventStoreMigration } from './migrations/migration.ts';
export { encodeItems, type CheckedBatch, type QuarantinedItem, type RejectedItem } from './items/encode-items.ts';
export type { EncodedItems, EncodedSection } from './items/encoded-items.ts';
export type { BatchFacts } from './items/batch-facts.ts';
export type { EventRule, ItemRules } from './items/item-rules.ts';
export { columnsOf } from './items/item-tables.ts';
export { contentEncodings } from './items/unpack-body.ts';
export { quarantineDays } from './quarantine/quarantine-limits.ts';
export { sentValue, type KeptEvent } from './quarantine/kept-event.ts';
export { replayEvents, type Replayed } from './quarantine/replay-events.ts';
export { unknownSender, type Sender } from './items/sender.ts';
export { itemLimits } from './items/item-limits.ts';
export { itemTimes, type ItemTimes } from './items/item-time.ts';
export { rejectionCodes, type RejectionCode } from './items/item.ts';
export { readBody, type Batch, type RefusedBody } from './items/read-body.ts';
export { rollUpUsage } from './usage/roll-up-usage.ts';
export { usageByHour } from './usage/usage-by-hour.ts';
export { rebuildDerived, type RebuildProgress } from './identity/rebuild-derived.ts';
export { RecentIds } from './items/recent-ids.ts';
export type { AppendOutcome, EventLog, ItemSink } from './spool/item-sink.ts';
export { openSpool, type Spool, type SpoolOptions, type SpoolState } from './spool/spool.ts';
export { spoolLimits } from './spool/spool-limits.ts';
export { createDirectSink } from './ship/direct-sink.ts';
export { shipLimits } from './ship/ship-limits.ts';
export type { Shipped } from './ship/ship-segment.ts';
export { startShipper, type Shipper, type ShipperOptions } from './ship/shipper.ts';
export { jsonField } from './metrics/json-field.ts';
export { textField } from './metrics/text-field.ts';
export { filterSql } from './metrics/filter-sql.ts';
export type { FilterField } from './metrics/filter-field.ts';
export {
  capQuantile,
  metricSelects,
  metricSql,
  type MetricColumn,
  type MetricColumnRole,
  type MetricSql,
  type MetricSqlOptions,
} from './metrics/metric-sql.ts';
export { oneSlot, type MetricSlot, type SlottedMeasure } from './metrics/metric-slot.ts';
export { QueryParameters, type QueryParameter } from './metrics/query-parameters.ts';
export { usualRow, type RowColumns } from './metrics/row-reader.ts';
export { hashItemKeys } from './units/hash-item-keys.ts';
export { createKeyHasher, hashedUnitKey, isHashedKey, RecentHashes, type KeyHasher } from './units/key-hasher.ts';
export type { ExportColumn, ExportRow } from './transfer/export-column.ts';
export { exportFile, type ExportSource } from './transfer/export-file.ts';
export { createExportPlaces, type ExportPlaces } from './transfer/export-places.ts';
export { UnreadableFile, type FoundRow, type ImportRecord } from './transfer/found-row.ts';
export {
  importConversions,
  importFormats,
  importItemTypes,
  importTimeUnits,
  mappingProblems,
  type ImportFormat,
  type ImportRequest,
} from './transfer/import-request.ts';
export { createItemMaker, type ItemMaker } from './transfer/make-item.ts';
export { createCsvRows } from './transfer/csv-rows.ts';
export { createJsonLineRows } from './transfer/json-line-rows.ts';
export { openParquetFile, type ParquetFile } from './transfer/parquet-rows.ts';
export { transferLimits } from './transfer/transfer-limits.ts';
