/**
 * Unites the first `count` spans, which may be in any order, in place. Returns the number of united
 * spans, which are rising and apart from each other.
 */
export function uniteSpans(starts: Float64Array, ends: Float64Array, count: number): number {
  sortNumbers(starts, 0, count);
  sortNumbers(ends, 0, count);
  return joinSpans(starts, ends, count);
}

/**
 * Joins spans whose starts and ends are each in order: pair i ends a span unless the next start
 * comes before its end.
 */
export function joinSpans(starts: Float64Array, ends: Float64Array, count: number): number {
  let spans = 0;
  for (let i = 0, start = 0; i < count; i++) {
    if (i + 1 < count && starts[i + 1]! <= ends[i]!) continue;
    starts[spans] = starts[start]!;
    ends[spans++] = ends[i]!;
    start = i + 1;
  }
  return spans;
}

export function sortNumbers(numbers: Float64Array, from: number, to: number): void {
  if (to - from > 24) {
    numbers.subarray(from, to).sort();
    return;
  }
  for (let i = from + 1; i < to; i++) {
    const moved = numbers[i]!;
    let j = i - 1;
    for (; j >= from && numbers[j]! > moved; j--) numbers[j + 1] = numbers[j]!;
    numbers[j + 1] = moved;
  }
}
