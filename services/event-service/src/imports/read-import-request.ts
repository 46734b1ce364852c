import { isStorableText } from '@stitchd/db/postgres';
import {
  importConversions,
  importFormats,
  importItemTypes,
  importTimeUnits,
  mappingProblems,
  transferLimits,
} from '@stitchd/events';
import type { CreateImportRequest } from '@stitchd/proto/event/v1/transfer';
import { choiceProblems, refuseProblems, type FieldProblem } from '../definitions/read-fields.ts';
import type { StoredImport } from './stored-import.ts';

/** @throws VALIDATION_FAILED naming every field that is wrong */
export function readImportRequest(message: CreateImportRequest, backfillDays: number): StoredImport {
  const itemType = message.itemType === '' ? 'event' : message.itemType;
  const timeUnit = message.timeUnit === '' ? 'milliseconds' : message.timeUnit;
  const delimiter = message.delimiter === '' ? ',' : message.delimiter;
  const sizeBytes = Number(message.sizeBytes);
  const mapping = message.mapping.map(({ field, column, constant, as }) => ({ field, column, constant, as }));
  refuseProblems([
    ...choiceProblems('format', message.format, importFormats),
    ...choiceProblems('itemType', itemType, importItemTypes),
    ...choiceProblems('timeUnit', timeUnit, importTimeUnits),
    ...sizeProblems(sizeBytes, message.format),
    ...mappingProblems(mapping as StoredImport['mapping']),
    ...mapping.flatMap(({ as }, index) => (as === '' ? [] : choiceProblems(`mapping[${index}].as`, as, importConversions))),
    ...textProblems(message, delimiter),
  ]);
  return {
    format: message.format as StoredImport['format'],
    itemType: itemType as StoredImport['itemType'],
    timeUnit: timeUnit as StoredImport['timeUnit'],
    mapping: mapping as StoredImport['mapping'],
    delimiter,
    sizeBytes,
    fileName: message.fileName,
    sha256: message.sha256,
    backfillDays,
  };
}

function sizeProblems(sizeBytes: number, format: string): readonly FieldProblem[] {
  const most = format === 'parquet' ? transferLimits.parquetBytes : transferLimits.fileBytes;
  return sizeBytes >= 1 && sizeBytes <= most ? [] : [{ path: 'sizeBytes', message: `must be from 1 to ${most}` }];
}

function textProblems({ fileName, sha256, mapping }: CreateImportRequest, delimiter: string): readonly FieldProblem[] {
  const problems: FieldProblem[] = [];
  const isShown = fileName.length <= transferLimits.nameCharacters && isStorableText(fileName);
  if (!isShown)
    problems.push({ path: 'fileName', message: `must be a text of at most ${transferLimits.nameCharacters} characters` });
  if (sha256 !== '' && !/^[0-9a-f]{64}$/.test(sha256))
    problems.push({ path: 'sha256', message: 'must be 64 hexadecimal digits in lower case' });
  if (delimiter.length !== 1 || '"\r\n'.includes(delimiter) || !isStorableText(delimiter))
    problems.push({ path: 'delimiter', message: 'must be one character, and no quotation mark or line end' });
  const isStorable = mapping.every((entry) => [entry.field, entry.column, entry.constant].every(isStorableText));
  if (!isStorable) problems.push({ path: 'mapping', message: 'must not contain U+0000 or half a surrogate pair' });
  return problems;
}
