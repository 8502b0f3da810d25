import type { AreaTable } from '@cellshed/areas';

/**
 * Ids in ascending order, in two buffers: another thread receives them in no time, however many
 * ids there are.
 */
export interface PackedIds {
  /** All ids one after the other, in UTF-16. */
  readonly text: Uint8Array;
  /** The end of each id in `text`, in bytes. */
  readonly ends: Float64Array;
}

export async function packIds(ids: AsyncIterable<string>): Promise<PackedIds> {
  const [texts, ends]: [Buffer[], number[]] = [[], []];
  let end = 0;
  for await (const id of ids) {
    const text = Buffer.from(id, 'utf16le');
    texts.push(text);
    end += text.length;
    ends.push(end);
  }
  return { text: Buffer.concat(texts), ends: Float64Array.from(ends) };
}

/** The ids of a table, found by halving. */
export function packedIds({ text, ends }: PackedIds): Pick<AreaTable, 'has' | 'ids'> {
  const bytes = Buffer.from(text.buffer, text.byteOffset, text.length);
  const idAt = (index: number) => bytes.toString('utf16le', index === 0 ? 0 : ends[index - 1], ends[index]);
  return {
    async has(id) {
      let [first, end] = [0, ends.length];
      while (first < end) {
        const middle = (first + end) >> 1;
        if (idAt(middle) < id) first = middle + 1;
        else end = middle;
      }
      return first < ends.length && idAt(first) === id;
    },
    async *ids() {
      for (let index = 0; index < ends.length; index++) yield idAt(index);
    },
  };
}
