import type { Outcome } from '@cellshed/jobs';

/** A computation that was done. */
export type Done = Extract<Outcome, { outcome: 'done' }>;

/** The results of a computation of several, JSON documents, as one object by their keys. */
export function documentsText(documents: readonly { readonly key: string; readonly value: Uint8Array }[]): Buffer {
  const members = documents.map(({ key, value }) => [Buffer.from(`${JSON.stringify(key)}:`), value]);
  return joined('{', members, '}');
}

/** The documents in a text of `documentsText`, by their keys. */
export function documentsIn(bytes: Uint8Array): Map<string, Uint8Array> {
  const documents = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
  return new Map(Object.entries(documents).map(([key, document]) => [key, Buffer.from(JSON.stringify(document))]));
}

/** The document of one key in such a text. */
export function documentOfKey(bytes: Uint8Array, key: string): Uint8Array | undefined {
  return documentsIn(bytes).get(key);
}

/** The answer to a request for several: the result documents in the order of the request. */
export function resultsText(values: readonly Uint8Array[]): Buffer {
  return joined(
    '{"results":[',
    values.map((value) => [value]),
    ']}',
  );
}

function joined(start: string, items: readonly (readonly Uint8Array[])[], end: string): Buffer {
  const comma = Buffer.from(',');
  const between = items.flatMap((item, i) => (i > 0 ? [comma, ...item] : item));
  return Buffer.concat([Buffer.from(start), ...between, Buffer.from(end)]);
}

/** The bytes of all values together. */
export function bytesOf(values: readonly (Uint8Array | undefined)[]): number {
  return values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
}

/** The reason why results are not kept for a client. */
export function tooManyBytes(most: number): string {
  return `the results take more than ${most} bytes together, the most that one request may have: ask for fewer at once`;
}
