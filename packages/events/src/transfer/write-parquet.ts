import { ByteWriter, ParquetWriter, schemaFromColumnData, type BasicType } from 'hyparquet-writer';
import type { ExportColumn, ExportRow, ExportType, RowWriter } from './export-column.ts';

const parquetTypes: Readonly<Record<ExportType, BasicType>> = {
  text: 'STRING',
  time: 'TIMESTAMP',
  number: 'DOUBLE',
  integer: 'INT64',
  json: 'STRING',
};

/** Parquet with a row group for each part, packed with Snappy. */
export function createParquetWriter(columns: readonly ExportColumn[]): RowWriter {
  const dataOf = (rows: readonly ExportRow[]) =>
    columns.map(({ name, type }, index) => ({
      name,
      type: parquetTypes[type],
      nullable: true,
      data: rows.map((row) => parquetValue(row[index] ?? null, type)),
    }));
  const out = new EmptiedWriter();
  const writer = new ParquetWriter({
    writer: out,
    schema: schemaFromColumnData({ columnData: dataOf([]) }),
    createdBy: 'stitchd',
  });
  return {
    begin: () => out.taken(),
    rows(rows) {
      void writer.write({ columnData: dataOf(rows), rowGroupSize: Math.max(1, rows.length) });
      return out.taken();
    },
    end() {
      void writer.finish();
      return out.taken();
    },
  };
}

function parquetValue(value: string | number | null, type: ExportType): unknown {
  if (value === null) return null;
  if (type === 'time') return new Date(value);
  return type === 'integer' ? BigInt(value) : value;
}

/** What is taken from it is not kept, and places in the file are counted on. */
class EmptiedWriter extends ByteWriter {
  taken(): Uint8Array {
    const bytes = this.getBytes().slice();
    this.index = 0;
    return bytes;
  }
}
