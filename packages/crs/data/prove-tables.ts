/**
 * Writes refused.tsv: the codes that proj4 puts a metre or more beside PROJ, of what make_tables.py
 * has recorded.
 *
 *     node packages/crs/data/prove-tables.ts FILE
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { crsFromText } from '../src/index.ts';
import { farthest } from '../test/distance.ts';

type Position = readonly [number, number];
type Recorded = readonly [code: string, lonLats: readonly Position[], expected: readonly (Position | null)[]];

const file = new URL('refused.tsv', import.meta.url);
writeFileSync(file, '');
const refused: string[] = [];
for (const [code, lonLats, expected] of JSON.parse(readFileSync(process.argv[2] as string, 'utf8')) as Recorded[]) {
  let metres: number;
  try {
    metres = farthest(crsFromText(code), lonLats, expected);
  } catch {
    continue;
  }
  if (metres < 1) continue;
  refused.push(`${code}\t${placeFor(metres)}\n`);
}
writeFileSync(file, refused.join(''));

/** The place where proj4 puts a position, as the end of a sentence. */
function placeFor(metres: number): string {
  // A greater number is no distance on the ground.
  if (!(metres < 1_000_000)) return 'where PROJ does not';
  return `up to ${metres < 10 ? metres.toFixed(1) : Math.round(metres)} m away from where PROJ does`;
}
