import { type Batch, isRefusal, type Refusal, type Request, type ResultDocument } from '@cellshed/contracts';
import type { PartialResult } from './methods.ts';
import type { Operations } from './operations.ts';
import type { DrawnGeometries } from './planning/place.ts';
import type { OperationPlan } from './planning/plan-passes.ts';
import { mergeParts, resultDocument } from './result.ts';

/** The functions that plan and count: those of this thread, or of a pool of others. */
export type Counter = Pick<Operations, 'plan' | 'count'>;

export interface WholeWork {
  /** The fingerprint that each request is expected to have; a mismatch throws. */
  readonly fingerprints: readonly string[];
  readonly drawn?: DrawnGeometries | undefined;
  /** Default: all tiles are one batch. */
  readonly tilesPerBatch?: number;
  /** Requests that have more tiles together are refused. */
  readonly mostTiles?: number;
  /** The number of batches that are counted at the same time; default 1. */
  readonly batchesAtOnce?: number;
  readonly onTile?: (done: number, planned: number) => void;
}

interface PlannedWork extends Pick<WholeWork, 'fingerprints' | 'drawn' | 'batchesAtOnce' | 'onTile'> {
  readonly planned: OperationPlan;
}

/** A result document for each request, in their order, and the tiles that were counted for all. */
export interface Whole {
  readonly tiles: number;
  readonly documents: readonly ResultDocument[];
}

/** Plans requests, counts all of their batches and adds the parts up. */
export async function countWhole(
  { plan, count }: Counter,
  requests: readonly Request[],
  { fingerprints, drawn, tilesPerBatch = Number.MAX_SAFE_INTEGER, ...work }: WholeWork,
): Promise<Whole | Refusal> {
  const { mostTiles = Number.POSITIVE_INFINITY } = work;
  const planned = await plan(requests, drawn, { tilesPerBatch });
  if (isRefusal(planned)) return planned;
  const { tiles } = planned;
  if (tiles > mostTiles)
    return { path: 'areas', problem: `they have ${tiles} tiles together, expected at most ${mostTiles}` };
  return { tiles, documents: await countPlanned({ count }, requests, { ...work, fingerprints, drawn, planned }) };
}

/** Counts all batches of planned requests and adds the parts up: a document for each request. */
export async function countPlanned(
  { count }: Pick<Counter, 'count'>,
  requests: readonly Request[],
  { planned, fingerprints, drawn, batchesAtOnce = 1, onTile }: PlannedWork,
): Promise<ResultDocument[]> {
  const { tiles, frames, batches } = planned;
  const sums = frames.map(partSum);
  let done = 0;
  const countBatch = async ({ members, ...batch }: Batch) => {
    const parts = await count(pick(requests, members), drawn, {
      ...batch,
      fingerprints: pick(fingerprints, members),
      ...(onTile && { onTile: () => onTile(++done, tiles) }),
    });
    for (const [i, member] of members.entries()) sums[member]?.add(parts[i] as PartialResult);
  };
  await eachOf(batches, countBatch, batchesAtOnce);
  return frames.map((frame, i) => resultDocument(frame, sums[i]?.parts() ?? []));
}

/** A result document as caches and archives keep it, and the cells that it counts. */
export interface WrittenDocument {
  readonly value: string;
  readonly cells: number;
}

export function writtenDocument(document: ResultDocument): WrittenDocument {
  return { value: JSON.stringify(document), cells: document.cells };
}

const mostParts = 16;

/** Collects the parts of one result. However many batches a large area has, it keeps few parts. */
function partSum(frame: Parameters<typeof mergeParts>[0]) {
  let parts: PartialResult[] = [];
  return {
    add: (part: PartialResult) => {
      parts.push(part);
      if (parts.length === mostParts) parts = [mergeParts(frame, parts)];
    },
    parts: () => parts,
  };
}

function pick<Item>(items: readonly Item[], indexes: readonly number[]): Item[] {
  return indexes.map((index) => items[index] as Item);
}

/** Works on so many items at a time. After a failure it begins no other. */
async function eachOf<Item>(items: readonly Item[], work: (item: Item) => Promise<void>, atOnce: number) {
  let next = 0;
  const workOn = async () => {
    while (next < items.length) {
      try {
        await work(items[next++] as Item);
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, workOn));
}
