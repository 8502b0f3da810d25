/** The answers of a computation of several, JSON documents, as one JSON text. */
export function answersText(answers: readonly { readonly value: Uint8Array }[]): Buffer {
  return joined(
    '[',
    answers.map(({ value }) => [value]),
    ']',
  );
}

/** Reads what `answersText` wrote. */
export function readAnswers(bytes: Uint8Array): Uint8Array[] {
  const answers = JSON.parse(Buffer.from(bytes).toString()) as unknown[];
  return answers.map((answer) => Buffer.from(JSON.stringify(answer)));
}

/**
 * What a client gets who asked for several: their result documents in the order in which they were
 * asked for.
 */
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

/** Of all values together. */
export function bytesOf(values: readonly (Uint8Array | undefined)[]): number {
  return values.reduce((sum, value) => sum + (value?.length ?? 0), 0);
}

/** Why results are not kept for a client. */
export function tooManyBytes(most: number): string {
  return `the results take more than ${most} bytes together, the most that one request may have: ask for fewer at once`;
}
