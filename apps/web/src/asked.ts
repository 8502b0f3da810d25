import type { Coverage } from '@cellshed/contracts';

/** A corner: longitude and latitude, in degrees. */
export type Corner = readonly [longitude: number, latitude: number];

/** An area that was drawn, typed or read from a file. */
export interface DrawnArea {
  readonly name?: string | undefined;
  readonly geometry: GeoJSON.Polygon | GeoJSON.MultiPolygon;
}

export const units = ['km2', 'acres', 'cells', 'percent'] as const;
export type Unit = (typeof units)[number];

/** The question and the view of the page. They are the page's URL: a link restores them. */
export interface Asked {
  readonly operation: string | undefined;
  /** Further operations, whose answers stand below. */
  readonly also: readonly string[];
  /** A well-known area, `table/id`. */
  readonly area: string | undefined;
  /** A drawn area, in place of `area`. */
  readonly drawn: DrawnArea | undefined;
  /** A second well-known area, beside the first; '': the next one that is chosen. */
  readonly beside: string | undefined;
  /** A second area that is drawn, in place of `beside`. */
  readonly besideDrawn: DrawnArea | undefined;
  readonly coverage: Coverage;
  /** Whether all that drains into the area is meant. */
  readonly upstream: boolean;
  /** The values of the operation's parameters. */
  readonly choices: Readonly<Record<string, string>>;
  /** The parameter of which every value is asked for, as lines over years. */
  readonly every: string | undefined;
  readonly unit: Unit;
  /** The raster under the areas; undefined: that of the question; null: none. */
  readonly raster: string | null | undefined;
}

export const nothingAsked: Asked = {
  ...{ operation: undefined, area: undefined, drawn: undefined, beside: undefined, every: undefined },
  besideDrawn: undefined,
  ...{ also: [], coverage: 'centre', upstream: false, choices: {}, unit: 'km2', raster: undefined },
};

const coverages: readonly string[] = ['centre', 'touched', 'fraction'];
/** Parameters of an operation begin with this, so that none has a name of the page's own. */
const ofOperation = 'p.';
export const mostCorners = 200;

/** Reads what a link asks. What cannot be read is left out. */
export function readAsked(query: URLSearchParams): Asked {
  const text = (name: string) => query.get(name) || undefined;
  const choices: Record<string, string> = {};
  for (const [name, value] of query) {
    if (name.startsWith(ofOperation)) choices[name.slice(ofOperation.length)] = value;
  }
  const coverage = text('coverage');
  const unit = units.find((one) => one === text('unit'));
  const areaOf = (name: string) => {
    const corners = cornersIn(text(name) ?? '');
    return corners && drawnArea(corners);
  };
  const [drawn, besideDrawn] = [areaOf('drawn'), areaOf('beside-drawn')];
  return {
    ...nothingAsked,
    ...{ operation: text('operation'), beside: besideDrawn ? undefined : areaIn(text('beside')), every: text('every') },
    raster: query.get('raster') === '' ? null : text('raster'),
    area: drawn ? undefined : areaIn(text('area')),
    ...{ also: query.getAll('also'), drawn, besideDrawn, choices, upstream: query.get('upstream') === 'true' },
    ...(coverage !== undefined && coverages.includes(coverage) && { coverage: coverage as Coverage }),
    ...(unit && { unit }),
  };
}

/**
 * Writes a link's query. A drawn area is in it if it is one ring of not too many corners: whether a
 * link restores all, `isWhole` tells.
 */
export function writeAsked(asked: Asked): URLSearchParams {
  const query = new URLSearchParams();
  const put = (name: string, value: string | undefined) => value !== undefined && query.set(name, value);
  put('operation', asked.operation);
  for (const operation of asked.also) query.append('also', operation);
  put('area', asked.area);
  put('drawn', writeDrawn(asked.drawn));
  put('beside', asked.beside || undefined);
  put('beside-drawn', writeDrawn(asked.besideDrawn));
  if (asked.coverage !== nothingAsked.coverage) put('coverage', asked.coverage);
  if (asked.upstream) put('upstream', 'true');
  for (const [name, value] of Object.entries(asked.choices)) put(`${ofOperation}${name}`, value);
  put('every', asked.every);
  if (asked.unit !== nothingAsked.unit) put('unit', asked.unit);
  put('raster', asked.raster === null ? '' : asked.raster);
  return query;
}

function areaIn(text: string | undefined): string | undefined {
  return text !== undefined && /^[^/]+\/.+$/s.test(text) ? text : undefined;
}

/** Some 0.1 m of longitude at the equator. */
const digits = 6;

function writeDrawn(drawn: DrawnArea | undefined): string | undefined {
  const corners = drawn && cornersOf(drawn);
  if (!corners || corners.length > mostCorners) return undefined;
  return corners.map((corner) => rounded(corner).join(',')).join(';');
}

function rounded(corner: readonly number[]): number[] {
  // There is no negative nothing in a link.
  return corner.map((degrees) => Number(degrees.toFixed(digits)) + 0);
}

/** An area as a link restores it, so that both have the same cells. */
export function asLinked(area: DrawnArea): DrawnArea {
  const { geometry } = area;
  if (geometry.type === 'Polygon') {
    const coordinates = geometry.coordinates.map((ring) => ring.map(rounded));
    return { ...area, geometry: { ...geometry, coordinates } };
  }
  const coordinates = geometry.coordinates.map((rings) => rings.map((ring) => ring.map(rounded)));
  return { ...area, geometry: { ...geometry, coordinates } };
}

/** The values of a link's members that cannot be read. */
export function unreadIn(query: URLSearchParams): readonly string[] {
  const { coverage, unit, area, drawn, beside, besideDrawn } = readAsked(query);
  const read: Readonly<Record<string, unknown>> = {
    ...{ coverage: coverage === query.get('coverage'), unit: unit === query.get('unit') },
    ...{ area: area ?? drawn, drawn, beside: beside ?? besideDrawn, 'beside-drawn': besideDrawn },
  };
  return Object.keys(read).flatMap((name) => {
    const value = query.get(name);
    return value && !read[name] ? [value] : [];
  });
}

function cornersIn(text: string): readonly Corner[] | undefined {
  const corners = text.split(';').map((corner) => corner.split(',').map(Number));
  const isRight = corners.every((corner) => corner.length === 2 && corner.every(Number.isFinite));
  return isRight && corners.length >= 3 ? (corners as unknown as Corner[]) : undefined;
}

/** An area with these corners. */
export function drawnArea(corners: readonly Corner[]): DrawnArea {
  const ring = [...corners, corners[0] as Corner].map(([x, y]) => [x, y]);
  return { geometry: { type: 'Polygon', coordinates: [ring] } };
}

/** The corners of an area of one ring; undefined for others. */
export function cornersOf({ geometry }: DrawnArea): readonly Corner[] | undefined {
  if (geometry.type !== 'Polygon' || geometry.coordinates.length !== 1) return undefined;
  return geometry.coordinates[0]?.slice(0, -1) as unknown as Corner[];
}

/** Whether a link restores all that is asked. */
export function isWhole({ drawn, besideDrawn }: Pick<Asked, 'drawn' | 'besideDrawn'>): boolean {
  return [drawn, besideDrawn].every((one) => !one || (cornersOf(one)?.length ?? Infinity) <= mostCorners);
}
