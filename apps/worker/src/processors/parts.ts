import { type CountResult, readIfThere, type Scratch } from '@catchment/jobs';
import type { PartialResult } from '@catchment/operations';

type Own = ReturnType<Scratch['ofComputation']>;

/** The parts of each member; undefined when some are gone. */
export async function partsOf(
  counted: readonly CountResult[],
  own: Own,
): Promise<Map<number, PartialResult[]> | undefined> {
  const parts = new Map<number, PartialResult[]>();
  for (const { members, parts: written } of counted) {
    const read = written && (await readKept<unknown[]>(written, own));
    if (!read) return undefined;
    for (const [i, member] of members.entries())
      parts.set(member, [...(parts.get(member) ?? []), read[i] as PartialResult]);
  }
  return parts;
}

/** What travelled with a job, or lies in its job cache. */
export async function readKept<T>(written: T | { readonly kept: string }, own: Own): Promise<T | undefined> {
  if (typeof written !== 'object' || written === null || !('kept' in written)) return written as T;
  const kept = await readIfThere(own, written.kept);
  return kept && JSON.parse(Buffer.from(kept).toString());
}
