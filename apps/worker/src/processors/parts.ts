import { type CountedParts, readIfThere, type Scratch } from '@cellshed/jobs';
import type { PartialResult } from '@cellshed/operations';

type Own = ReturnType<Scratch['ofComputation']>;

/** The parts of each member; undefined if some are gone. */
export async function partsOf(
  counted: readonly CountedParts[],
  own: Own,
): Promise<Map<number, PartialResult[]> | undefined> {
  const parts = new Map<number, PartialResult[]>();
  for (const { members, parts: written } of counted) {
    const read = await readKept<unknown[]>(written, own);
    if (!read) return undefined;
    for (const [i, member] of members.entries())
      parts.set(member, [...(parts.get(member) ?? []), read[i] as PartialResult]);
  }
  return parts;
}

/** A value that came with a job, or that is in its job cache. */
export async function readKept<T>(written: T | { readonly kept: string }, own: Own): Promise<T | undefined> {
  if (typeof written !== 'object' || written === null || !('kept' in written)) return written as T;
  const kept = await readIfThere(own, written.kept);
  return kept && JSON.parse(Buffer.from(kept).toString());
}
