import { fromLonLat } from './converter.ts';
import { type Crs, parametersOf, projDefinition, projTextOfKeys, usable } from './crs-definition.ts';

/**
 * The CRS that a person writes: a code (`EPSG:5070`, `ESRI:102003`), PROJ text (`+proj=…`) or WKT. Throws an Error that says
 * what is wrong with the text.
 */
export function crsFromText(text: string): Crs {
  const trimmed = text.trim();
  const [, authority, code] = /^(EPSG|ESRI):(\d+)$/i.exec(trimmed) ?? codeAtEndOf(trimmed) ?? [];
  const [, wktName] = /^[A-Z]\w*\s*\[\s*"([^"]*)"/i.exec(trimmed) ?? [];
  const name = authority === undefined ? (wktName ?? trimmed) : `${authority.toUpperCase()}:${code}`;
  if (code === undefined && wktName === undefined && !trimmed.startsWith('+')) {
    throw new Error(
      `cannot understand CRS "${text}": expected a code like EPSG:5070, PROJ text that begins with +proj=, or WKT`,
    );
  }
  try {
    if (code !== undefined) return fromCode(name, Number(code));
    return wktName === undefined ? usable({ name, definition: projDefinition(trimmed) }) : fromWkt(name, trimmed);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'proj4 does not understand it';
    throw new Error(`cannot use CRS ${name}: ${reason}`, { cause });
  }
}

/**
 * Whether two CRSs mean the same, however they are written: whether they take positions from all over the world to the same
 * place, within a millimetre or a thousandth of a millionth of the coordinate. So datums between which there is no shift, such
 * as NAD83 and WGS 84, are one.
 */
export function sameCrs(a: Crs, b: Crs): boolean {
  if (a.definition === b.definition) return true;
  const [toA, toB] = [fromLonLat(a), fromLonLat(b)];
  const scale = Math.min(scaleOf(a), scaleOf(b));
  return probes.every(([longitude, latitude]) => {
    const [there, here] = [toA(longitude, latitude), toB(longitude, latitude)];
    return close(there[0], here[0], scale) && close(there[1], here[1], scale);
  });
}

/** How many m² one square unit of the CRS has, if it has the same everywhere: if the CRS is equal-area. */
export function squareUnit(crs: Crs): number | undefined {
  const { names, to_meter = 1 } = parametersOf(crs);
  return equalArea.some((name) => names.includes(name)) ? to_meter ** 2 : undefined;
}

/** Projections of proj4 that keep areas. */
const equalArea = ['aea', 'laea', 'cea', 'sinu', 'moll', 'eck6', 'eqearth', 'bonne'];

/** WKT of EPSG's own ends in its code, of which more is known than of the WKT of others. */
function codeAtEndOf(wkt: string): readonly string[] | null {
  return /(?:AUTHORITY|ID)\s*\[\s*"(EPSG)"\s*,\s*"?(\d+)"?\s*\]\s*\]$/i.exec(wkt);
}

function fromCode(name: string, code: number): Crs {
  return usable({ name, definition: projDefinition(projTextOfKeys({ ProjectedCSTypeGeoKey: code })) });
}

/** Projections whose WKT proj4 has been seen to read as PROJ does: some others it misreads without a word. */
const provenWkt = ['longlat', 'aea', 'laea', 'lcc', 'tmerc', 'sinu', 'moll', 'stere'];

function fromWkt(name: string, wkt: string): Crs {
  const { names, projName, from_greenwich } = parametersOf({ definition: wkt });
  if (!provenWkt.some((projection) => names.includes(projection)) || from_greenwich) {
    throw new Error(`WKT of ${projName} may be misread: give it as a code or PROJ text`);
  }
  return usable({ name, definition: wkt });
}

const probes = [-176, -151, -121, -97, -78, -62, -33, -7, 4, 17, 38, 59, 83, 106, 127, 149, 172].flatMap((longitude) =>
  [-81, -58, -31, -12, 9, 27, 44, 63, 82].map((latitude) => [longitude, latitude] as const),
);

/** The coordinate of which a thousandth of a millionth is a millimetre. */
function scaleOf(crs: Crs): number {
  const { projName, to_meter = 1 } = parametersOf(crs);
  return projName === 'longlat' ? 10 : 1e6 / to_meter;
}

function close(a: number, b: number, scale: number): boolean {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return Number.isFinite(a) === Number.isFinite(b);
  return Math.abs(a - b) <= 1e-9 * Math.max(scale, Math.abs(a), Math.abs(b));
}
