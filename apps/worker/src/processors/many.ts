/** One of several answers, by the key of what was asked. */
export interface KeyedAnswer {
  readonly key: string;
  /** The result document, JSON. */
  readonly value: Uint8Array;
}

/** The answers of a computation of several keys as one JSON text, by their keys. */
export function answersText(answers: readonly KeyedAnswer[]): Buffer {
  return joined(
    '{',
    answers.map(({ key, value }) => [Buffer.from(`${JSON.stringify(key)}:`), value]),
    '}',
  );
}

/** Reads what `answersText` wrote. */
export function readAnswers(bytes: Uint8Array): Map<string, Uint8Array> {
  const answers = JSON.parse(Buffer.from(bytes).toString()) as Record<string, unknown>;
  return new Map(Object.entries(answers).map(([key, value]) => [key, Buffer.from(JSON.stringify(value))]));
}

/** What a client gets who asked for several: their result documents in the order in which they were asked for. */
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
