import { zstdDecompressSync } from 'node:zlib';
import type { Definition, Question, ResultDocument } from '@cellshed/contracts';
import { addUnitSums, sumOfUnit, type UnitSum } from '@cellshed/operations';
import type { Hearing } from './thread-work.ts';

/** Result documents of units, as caches store them: one after the other. */
export interface StoredUnits {
  readonly bytes: Uint8Array;
  readonly documents: readonly StoredUnit[];
}

interface StoredUnit {
  /** The end of the document in the bytes. */
  readonly end: number;
  /** The length of the document, if it is compressed. */
  readonly unpacked?: number | undefined;
}

/** Documents to add up: the results of one question about several areas. */
export interface UnitsTask extends StoredUnits {
  readonly question: Question;
}

/** The sum of documents, and the places of those that cannot be added. */
export interface AddedUnits {
  /** Undefined: there are none to add. */
  readonly sum: UnitSum | undefined;
  readonly unusable: readonly number[];
}

/** The sums that are added at a time: few, as sorting the groups of all is what takes long. */
const mostSums = 64;

/** Adds stored results up. What cannot be read, or lacks what a total needs, is unusable. */
export function addStored(
  definition: Definition,
  { bytes, documents }: StoredUnits,
  { throwIfStopped }: Pick<Hearing, 'throwIfStopped'>,
): AddedUnits {
  const unusable: number[] = [];
  let sums: UnitSum[] = [];
  let begin = 0;
  for (const [i, { end, unpacked }] of documents.entries()) {
    const document = documentIn(bytes.subarray(begin, end), unpacked);
    begin = end;
    const sum = document && sumOfUnit(definition, document);
    if (sum) sums.push(sum);
    else unusable.push(i);
    if (sums.length < mostSums) continue;
    throwIfStopped();
    sums = [addUnitSums(definition, sums)];
  }
  return { sum: sums.length > 0 ? addUnitSums(definition, sums) : undefined, unusable };
}

function documentIn(stored: Uint8Array, unpacked: number | undefined): ResultDocument | undefined {
  try {
    const bytes = unpacked === undefined ? stored : zstdDecompressSync(stored, { maxOutputLength: unpacked });
    return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
  } catch {
    return undefined;
  }
}
