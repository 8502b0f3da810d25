import type { PlannedBatch, Request } from '@catchment/jobs';
import {
  type Identity,
  type OperationPlan,
  type PartialResult,
  type ResultFrame,
  resultDocument,
  type TileBatch,
} from '@catchment/operations';

export interface All {
  /** What is computed, by its place among all. */
  readonly missing: readonly number[];
  readonly requests: readonly Request[];
  readonly identified: readonly Identity[];
}

/** One batch of all, of which nothing is known before it is counted. */
export function sweepPlan(members: number, mostTiles: number): OperationPlan {
  const batch = {
    members: Array.from({ length: members }, (_, i) => i),
    rasters: [],
    tiles: [],
    tallied: null,
    mostTiles,
  };
  return { tiles: 0, tallied: 0, frames: [], batches: [batch] };
}

/** The document of all parts; of a sweep the only part is one. */
export function documentOf(
  frame: ResultFrame | undefined,
  parts: readonly unknown[],
): { value: string; cells: number } {
  if (frame === undefined) return parts[0] as { value: string; cells: number };
  const document = resultDocument(frame, parts as PartialResult[]);
  return { value: JSON.stringify(document), cells: document.cells };
}

/** A batch of some of the requests as one of all. */
export function ofAll({ members, ...batch }: TileBatch, { missing, requests, identified }: All): PlannedBatch {
  const indexes = members.map((member) => missing[member] as number);
  return {
    members: indexes,
    requests: indexes.map((i) => requests[i] as Request),
    fingerprints: indexes.map((i) => (identified[i] as Identity).fingerprint),
    ...batch,
  };
}
