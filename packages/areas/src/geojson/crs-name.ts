import { type Budget, unlimited } from '@cellshed/budget';
import type { Refusal } from '@cellshed/contracts';
import { type Crs, crsFromText, isLonLat } from '@cellshed/crs';
import { show } from '../show.ts';

/** A CRS and the name that a client or an operator gave it. */
export interface NamedCrs {
  /** The name as it was written, without the blanks around it: at most 200 characters. */
  readonly name: string;
  /** Absent: longitude and latitude. */
  readonly crs?: Crs | undefined;
}

/**
 * The CRS of a name: a code (`EPSG:5070`, `[EPSG:5070]`), a URN (`urn:ogc:def:crs:EPSG::5070`) or a
 * URL of OGC (`http://www.opengis.net/def/crs/EPSG/0/5070`). Only the code of the name is used. x
 * is always the longitude or easting, whatever order of axes the name implies. A problem is the end
 * of a sentence. Throws OverBudget.
 */
export function parseCrsName(name: unknown, budget: Budget = unlimited): NamedCrs | Refusal {
  const written = typeof name === 'string' ? name.trim() : '';
  const code = codeOf(written);
  if (code !== undefined && lonLat.includes(code)) return { name: written };
  if (code === undefined || !/^(EPSG|ESRI):\d{1,9}$/.test(code)) return { problem: `is ${show(name)}, ${expected}` };
  const { crs, problem } = lookUp(code, budget);
  if (problem !== undefined) return { problem: `is ${show(name)}: ${problem}` };
  return { name: written, crs };
}

interface LookedUp {
  /** Absent: longitude and latitude. */
  readonly crs?: Crs | undefined;
  readonly problem?: string;
}

/** The codes that were looked up: a lookup takes longer than reading a small area. */
const lookedUp = new Map<string, LookedUp>();
const mostLookedUp = 1000;

/** The steps of one lookup. */
const stepsOfCode = 25_000;

function lookUp(code: string, budget: Budget): LookedUp {
  const before = lookedUp.get(code);
  if (before) return before;
  budget.spend(stepsOfCode);
  const found = lookUpAnew(code);
  if (lookedUp.size >= mostLookedUp) lookedUp.clear();
  lookedUp.set(code, found);
  return found;
}

function lookUpAnew(code: string): LookedUp {
  try {
    const crs = crsFromText(code);
    return isLonLat(crs) ? {} : { crs };
  } catch (error) {
    return { problem: (error as Error).message };
  }
}

/** Whether two names stand for one CRS. */
export function isSameName(a: NamedCrs, b: NamedCrs): boolean {
  return a.crs?.name === b.crs?.name;
}

const expected = 'expected the code of a CRS such as EPSG:5070 or OGC:CRS84';

/** WGS 84, also with heights, and datums within a metre or two of it. */
const lonLat = ['OGC:CRS84', 'OGC:CRS84H', 'OGC:CRS83', 'CRS:84', 'CRS:83', 'EPSG:4326', 'EPSG:4269', 'EPSG:4979'];

const forms = [
  /^(?:urn:(?:x-)?ogc:def:crs:)?(\w+):(?:[\d.]*:)?(\w+)$/i,
  /^\[(\w+):(\w+)\]$/,
  /^https?:\/\/(?:www\.)?opengis\.net\/def\/crs\/(\w+)\/[\w.]+\/(\w+)\/?$/i,
  /^https?:\/\/(?:www\.)?opengis\.net\/gml\/srs\/(epsg)\.xml#(\d+)$/i,
];

/** A limit above the length of every correct name. */
const mostCharacters = 200;

/** The code in its plain form, such as `EPSG:4326`, from any way to write it. */
function codeOf(name: string): string | undefined {
  if (name.length > mostCharacters) return undefined;
  if (/^CRS\d\dh?$/i.test(name)) return `OGC:${name.toUpperCase()}`;
  for (const form of forms) {
    const [, authority, code] = form.exec(name) ?? [];
    if (authority !== undefined && code !== undefined) return `${authority}:${code}`.toUpperCase();
  }
  return undefined;
}
