import type { Crs } from '../crs.ts';
import { type Code, crsOfCode, geographicOf, shiftWord } from './codes.ts';
import { projText, projWords } from './proj-words.ts';
import { isProjJson, nameOfProjJson, wktOfProjJson } from './projjson/projjson.ts';
import { UnknownShiftError, usable } from './usable.ts';
import { crsOfWkt, nameOfWkt } from './wkt/wkt.ts';

/**
 * The CRS of a text from a person or a file: a code (`EPSG:5070`, `ESRI:102003`, also as URN or
 * URL), PROJ text (`+proj=…`), PROJJSON or WKT of any dialect. Throws an Error that says what is
 * wrong with the text. A very long text is shortened in the name.
 */
export function crsFromText(text: string): Crs {
  if (text.length > mostOfText)
    throw new Error(
      `cannot use CRS ${shortened(text)}: it has ${text.length} characters, expected at most ${mostOfText}`,
    );
  const trimmed = text.trim();
  const code = codeIn(trimmed);
  const wktName = isProjJson(trimmed) ? nameOfProjJson(trimmed) : nameOfWkt(trimmed);
  if (code === undefined && wktName === undefined && !trimmed.startsWith('+')) {
    throw new Error(
      `cannot understand CRS "${shortened(text)}": expected a code like EPSG:5070, PROJ text that begins with +proj=, PROJJSON or WKT`,
    );
  }
  const name = code ?? wktName ?? trimmed;
  const crs = blaming(name, () => {
    if (code !== undefined) return crsOfCode(code);
    if (wktName === undefined) return fromProjText(trimmed);
    return crsOfWkt(isProjJson(trimmed) ? wktOfProjJson(trimmed) : trimmed);
  });
  return { ...crs, name: shortened(crs.name) };
}

/** Runs an action and turns its error into a sentence that names the CRS. */
export function blaming(name: string, action: () => Crs): Crs {
  try {
    return action();
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : 'proj4 does not understand it';
    throw new Error(`cannot use CRS ${shortened(name)}: ${shortened(reason)}`, { cause });
  }
}

/** The most characters of a text. WKT with every possible part has about ten thousand. */
const mostOfText = 2 ** 20;

/** The most characters of a text in a sentence; PROJ text is shorter. */
const mostCharacters = 400;

/** A text of a file or a person, short enough for a sentence. */
function shortened(text: string): string {
  return text.length > mostCharacters ? `${text.slice(0, mostCharacters)}…` : text;
}

/** The forms of a code: alone, as URN, as URL, and as in old PROJ text. */
const codes = [
  /^(EPSG|ESRI):(\d+)$/i,
  /^urn:(?:x-)?ogc:def:crs:(EPSG|ESRI):[\d.]*:(\d+)$/i,
  /^https?:\/\/www\.opengis\.net\/def\/crs\/(EPSG|ESRI)\/[\d.]+\/(\d+)$/i,
  /^\+init=(EPSG|ESRI):(\d+)$/i,
];

/** Longitude and latitude under the names of OGC. */
const ofOgc =
  /^(?:OGC:|urn:ogc:def:crs:OGC:[\d.]*:|https?:\/\/www\.opengis\.net\/def\/crs\/OGC\/[\d.]+\/)?CRS(84h?|83|27)$/i;

function codeIn(text: string): Code | undefined {
  for (const pattern of codes) {
    const [, authority, code] = pattern.exec(text) ?? [];
    if (authority !== undefined) return `${authority.toUpperCase()}:${Number(code)}`;
  }
  const [, year] = ofOgc.exec(text) ?? [];
  if (year === undefined) return undefined;
  return year === '27' ? 'EPSG:4267' : year === '83' ? 'EPSG:4269' : 'EPSG:4326';
}

function fromProjText(text: string): Crs {
  const words = new Map(projWords(text));
  const grids = words.get('nadgrids');
  if (grids !== undefined && grids !== '@null') throw new UnknownShiftError();
  for (const ours of ['shifts', 'degrees', 'sphere', 'nadgrids']) words.delete(ours);
  const datum = words.get('datum');
  if (typeof datum !== 'string') return usable({ name: text, definition: projText(words) });
  const known = datums[datum.toUpperCase()];
  if (known === undefined)
    throw new Error(`its datum ${datum} is not known, expected one of ${Object.keys(datums).join(', ')}`);
  words.delete('datum');
  const [ellipsoid, shift] = known;
  const line = shift.startsWith('EPSG:') ? geographicOf(shift as Code) : undefined;
  const shiftWords = words.has('towgs84') ? '' : shiftWord(line?.shifts ?? shift);
  return usable({ name: text, definition: `${projText(words)} ${ellipsoid}${shiftWords}` });
}

/**
 * The values of PROJ's `+datum=`: the ellipsoid, and the shift or the code of the geographic CRS
 * that has it.
 */
const datums: Readonly<Record<string, readonly [ellipsoid: string, shift: string]>> = {
  WGS84: ['+ellps=WGS84', 'none'],
  GGRS87: ['+ellps=GRS80', '-199.87,74.79,246.62'],
  NAD83: ['+ellps=GRS80', 'none'],
  NAD27: ['+ellps=clrk66', 'EPSG:4267'],
  POTSDAM: ['+ellps=bessel', '598.1,73.7,418.2,0.202,0.045,-2.455,6.7'],
  CARTHAGE: ['+a=6378249.2 +b=6356515', '-263.0,6.0,431.0'],
  HERMANNSKOGEL: ['+ellps=bessel', '577.326,90.129,463.919,5.137,1.474,5.297,2.4232'],
  IRE65: ['+ellps=mod_airy', '482.530,-130.596,564.557,-1.042,-0.214,-0.631,8.15'],
  NZGD49: ['+ellps=intl', '59.47,-5.04,187.44,0.47,-0.1,1.024,-4.5993'],
  OSGB36: ['+ellps=airy', '446.448,-125.157,542.060,0.1502,0.2470,0.8421,-20.4894'],
};
