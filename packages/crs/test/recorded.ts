import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';

type Position = readonly [number, number];

/** A line that `data/make_samples.py` has recorded from PROJ. */
export interface Recorded<Given> {
  readonly name: string;
  readonly given: Given;
  readonly lonLats: readonly Position[];
  /** Null where PROJ has no place. */
  readonly expected: readonly (Position | null)[];
}

export function recorded<Given>(file: string): readonly Recorded<Given>[] {
  const lines = gunzipSync(readFileSync(new URL(`${file}.jsonl.gz`, import.meta.url)))
    .toString()
    .trim()
    .split('\n');
  return lines.map((line) => {
    const [name, given, lonLats, expected] = JSON.parse(line);
    return { name, given, lonLats, expected };
  });
}
