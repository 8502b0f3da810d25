import { fingerprintOfArea, parseArea, parseGeoJson, parseLines } from '@cellshed/areas';
import { budgetOf, OverBudget, stepsFor } from '@cellshed/budget';
import { jsonText } from './json.ts';
import type { Random } from './random.ts';
import { checkText, holds, type Outcome, sentenceOr, type Target } from './target.ts';

function position(random: Random): string {
  const number = () => (random.once(60) ? jsonText(random, 2) : String(random.below(60) / 2));
  return `[${Array.from({ length: random.once(20) ? random.below(5) : 2 }, number).join(',')}]`;
}

function ring(random: Random): string {
  const positions = random.list(7, () => position(random));
  return `[${(random.once(6) ? positions : [...positions, positions[0] ?? '[0,0]']).join(',')}]`;
}

const list = (items: readonly string[]) => `[${items.join(',')}]`;

function geometry(random: Random, levels: number): string {
  const rings = () => list(random.list(3, () => ring(random)));
  const kinds: readonly (() => string)[] = [
    () => `{"type":"Polygon","coordinates":${rings()}}`,
    () => `{"type":"MultiPolygon","coordinates":${list(random.list(3, rings))}}`,
    () => `{"type":"LineString","coordinates":${ring(random)}}`,
    () => `{"type":"Point","coordinates":${position(random)}}`,
    () => `{"type":"GeometryCollection","geometries":${list(random.list(levels, () => geometry(random, levels - 1)))}}`,
    () => jsonText(random, 3),
  ];
  return random.pick(random.once(2) ? kinds.slice(0, 2) : kinds)();
}

function feature(random: Random): string {
  const crs = random.once(6)
    ? `"crs":${random.pick(['"EPSG:5070"', 'null', '{"type":"name","properties":{"name":"x"}}'])},`
    : '';
  return `{"type":"Feature",${crs}"properties":${jsonText(random, 3)},"geometry":${geometry(random, 3)}}`;
}

/** One JSON text, lines of such, or records, as files hold them. */
function text(random: Random): string {
  const features = random.list(4, () => feature(random));
  const whole = random.pick([
    () => geometry(random, 3),
    () => feature(random),
    () => `{"type":"FeatureCollection","features":${list(features)}}`,
    () => features.join('\n'),
    () => features.map((one) => `\x1e${one}\n`).join(''),
    () => '['.repeat(random.below(100)) + geometry(random, 2),
  ])();
  if (!random.once(8)) return whole;
  const at = random.below(whole.length);
  return random.once(2)
    ? whole.slice(0, at)
    : whole.slice(0, at) + random.pick([...'{}[]",:\n\x1e\uFEFF']) + whole.slice(at);
}

async function run(random: Random): Promise<Outcome> {
  const written = text(random);
  const value = await sentenceOr(() => parseGeoJson(written));
  if (value === undefined) return 'refused';
  // Handling it costs no more than the rule allows for its size.
  const budget = budgetOf(stepsFor(written.length));
  const parsed = await sentenceOr(() => parseArea(value, { vertices: 1000, budget }));
  holds(
    parsed !== undefined || budget.left === 0,
    `an area is parsed or refused, without an error (${OverBudget.name})`,
  );
  const lines = await sentenceOr(() => parseLines(value, { vertices: 1000, budget }));
  if (lines && 'problem' in lines) checkText(lines.problem);
  if (parsed === undefined) return 'refused';
  if ('problem' in parsed) {
    checkText(parsed.problem);
    return 'refused';
  }
  for (const warning of parsed.area.warnings ?? []) checkText(warning);
  const again = parseArea(JSON.parse(JSON.stringify(value)), { vertices: 1000 });
  holds('area' in again && fingerprintOfArea(again.area) === fingerprintOfArea(parsed.area), 'the same area again');
  return 'accepted';
}

export const geoJson: Target = { name: 'GeoJSON', cases: 8000, run };
