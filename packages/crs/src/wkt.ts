import {
  crsOfCode,
  type GeographicLine,
  geographicDefinition,
  isKnownCode,
  plainName,
  projectedDefinition,
} from './codes.ts';
import type { Crs } from './crs.ts';
import { type GeographicParts, shiftsOf } from './datum.ts';
import { idle, methods, type Role, type Roles, roles } from './methods.ts';
import { UnknownShiftError, usable } from './usable.ts';
import { codeOfNode, nodeIn, readWkt, type WktNode } from './wkt-tree.ts';

const projected = ['PROJCS', 'PROJCRS', 'PROJECTEDCRS'];
const geographic = ['GEOGCS', 'GEOGCRS', 'GEOGRAPHICCRS', 'GEODCRS', 'GEODETICCRS', 'BASEGEOGCRS', 'BASEGEODCRS'];
const compound = ['COMPD_CS', 'COMPOUNDCRS'];
const bound = ['BOUNDCRS', 'SOURCECRS'];
const engineering = ['LOCAL_CS', 'ENGCRS', 'ENGINEERINGCRS'];

/**
 * The CRS that WKT of any dialect spells out (WKT 1 as GDAL and OGC write it, ESRI's, WKT 2): by
 * the code at its end where that is known, else by its parameters. Of a compound CRS, its
 * horizontal part. Throws a reason why there is none.
 */
export function crsOfWkt(wkt: string): Crs {
  const { node, transformation } = horizontal(readWkt(wkt));
  const code = codeOfNode(node);
  const given = shiftGiven(node, transformation);
  if (code === undefined || !isKnownCode(code)) return crsOfNode(node, given);
  try {
    return crsOfCode(code);
  } catch (reason) {
    if (given === undefined) throw reason;
    return { ...crsOfNode(node, given), name: code };
  }
}

/** Whether WKT says that there is no CRS on Earth: an engineering CRS, or one called undefined. */
export function isUndefinedWkt(wkt: string): boolean {
  try {
    const { keyword, texts } = readWkt(wkt);
    return engineering.includes(keyword) || /^undefined/i.test(texts[0] ?? '');
  } catch {
    return false;
  }
}

/** The name that WKT begins with. */
export function nameOfWkt(wkt: string): string | undefined {
  return /^\s*[A-Za-z_]\w*\s*[[(]\s*"([^"]*)"/.exec(wkt)?.[1];
}

interface Horizontal {
  readonly node: WktNode;
  /** The shift to WGS 84 that a bound CRS gives. */
  readonly transformation?: WktNode | undefined;
}

function horizontal(node: WktNode): Horizontal {
  if ([...projected, ...geographic].includes(node.keyword)) return { node };
  if ([...compound, ...bound].includes(node.keyword)) {
    const inner = nodeIn(node, ...projected, ...geographic, ...compound, ...bound);
    if (inner === undefined) throw new Error(`its WKT has no projected or geographic CRS within ${node.keyword}`);
    const found = horizontal(inner);
    return { transformation: nodeIn(node, 'ABRIDGEDTRANSFORMATION'), ...found };
  }
  const kind = engineering.includes(node.keyword) ? 'an engineering CRS, which is nowhere on Earth' : node.keyword;
  throw new Error(`it is ${kind}, expected a projected or geographic CRS`);
}

function crsOfNode(node: WktNode, given: string | undefined): Crs {
  const name = codeOfNode(node) ?? nameOf(node);
  const extension = nodeIn(node, 'EXTENSION');
  if (extension?.texts[0] === 'PROJ4' && extension.texts[1] !== undefined) {
    return named(extension.texts[1].replace(/ ?\+nadgrids=@null/, ''), name);
  }
  if (geographic.includes(node.keyword)) return named(geographicDefinition(lineOf(node, given)), name);
  const base = nodeIn(node, ...geographic);
  if (base === undefined) throw new Error(`its WKT has no geographic CRS within ${node.keyword}`);
  const line = lineOf(base, given);
  return named(projectedDefinition(projectionText(node, base), line), name);
}

function named(definition: string, name = definition): Crs {
  return usable({ name, definition });
}

/** What WKT calls a CRS that has a name. */
function nameOf({ texts }: WktNode): string | undefined {
  return texts[0] === undefined || /^(unknown|unnamed|undefined)?$/i.test(texts[0]) ? undefined : texts[0];
}

/** The geographic CRS of a node, as the tables would have it. */
function lineOf(node: WktNode, given: string | undefined): GeographicLine {
  const parts = geographicParts(node);
  const { a, inverseFlattening, meridian, degrees } = parts;
  const text = [
    inverseFlattening === 0 ? `+R=${a}` : `+a=${a} +rf=${inverseFlattening}`,
    Math.abs(meridian) > 1e-12 && `+pm=${meridian}`,
    Math.abs(degrees - 1) > 1e-9 && `+degrees=${degrees}`,
  ];
  return { name: parts.name, text: text.filter(Boolean).join(' '), shifts: given ?? shiftsOf(parts) };
}

const degree = Math.PI / 180;

function geographicParts(node: WktNode): GeographicParts {
  const datum = nodeIn(node, 'DATUM', 'GEODETICDATUM', 'TRF', 'ENSEMBLE');
  const ellipsoid = nodeIn(datum, 'SPHEROID', 'ELLIPSOID');
  const [size, inverseFlattening] = ellipsoid?.numbers ?? [];
  if (size === undefined || inverseFlattening === undefined) throw new Error('its WKT gives no ellipsoid');
  const a = size * (nodeIn(ellipsoid, 'LENGTHUNIT')?.numbers[0] ?? 1);
  const unit = angleOf(node);
  return {
    name: node.texts[0] ?? '',
    code: codeOfNode(node),
    datumName: datum?.texts[0] ?? '',
    datumCode: codeOfNode(datum),
    a,
    inverseFlattening,
    meridian: meridianOf(nodeIn(node, 'PRIMEM', 'PRIMEMERIDIAN'), node, unit),
    degrees: unit,
  };
}

/** Degrees in the unit of a geographic CRS. */
function angleOf(node: WktNode): number {
  const cs = nodeIn(node, 'ANGLEUNIT', 'UNIT') ?? nodeIn(nodeIn(node, 'AXIS'), 'ANGLEUNIT', 'UNIT');
  const [factor = degree] = cs?.numbers ?? [];
  return rounded(factor / degree);
}

/**
 * WKT 1 gives it in degrees, whatever the unit; WKT 2 in the unit beside it, or that of the CRS.
 */
function meridianOf(meridian: WktNode | undefined, { keyword }: WktNode, unit: number): number {
  const [value = 0] = meridian?.numbers ?? [];
  const own = nodeIn(meridian, 'ANGLEUNIT', 'UNIT')?.numbers[0];
  if (keyword === 'GEOGCS') return rounded(value);
  return rounded(value * (own === undefined ? unit : own / degree));
}

/** Without the last digits of units that are written with fifteen. */
function rounded(degrees: number): number {
  return Number(degrees.toPrecision(13));
}

function projectionText(node: WktNode, base: WktNode): string {
  const conversion = nodeIn(node, 'CONVERSION') ?? node;
  const methodName = nodeIn(conversion, 'METHOD', 'PROJECTION')?.texts[0] ?? '';
  const method = plainName(methodName);
  const write = methods[method];
  if (write === undefined)
    throw new Error(`its projection (${methodName}) is not one that Catchment can read from WKT`);
  const metres = metresOf(node);
  const found = rolesOf(conversion, { metres, degrees: angleOf(base) });
  const { a } = geographicParts(base);
  const axis = axisOf(node, method, conversion);
  return `${write(found, a)}${axis}${metres === 1 ? '' : ` +to_meter=${metres}`}`;
}

/** Metres in the unit of a projected CRS. */
function metresOf(node: WktNode): number {
  const unit = nodeIn(node, 'LENGTHUNIT', 'UNIT') ?? nodeIn(nodeIn(node, 'AXIS'), 'LENGTHUNIT', 'UNIT');
  return unit?.numbers[0] ?? 1;
}

interface Units {
  readonly metres: number;
  readonly degrees: number;
}

function rolesOf(conversion: WktNode, units: Units): Roles {
  const found: Partial<Record<Role, number>> = {};
  for (const parameter of conversion.nodes) {
    if (parameter.keyword !== 'PARAMETER') continue;
    const [name = ''] = parameter.texts;
    const [value = Number.NaN] = parameter.numbers;
    const plain = plainName(name);
    const role = roles[plain];
    if (role !== undefined) found[role] = inUnit(parameter, role, value, units);
    else if (!idle[plain]?.includes(value))
      throw new Error(`its projection has ${name} = ${value}, which is not understood`);
  }
  return found;
}

const lengths: readonly Role[] = ['x0', 'y0', 'height'];

function inUnit(parameter: WktNode, role: Role, value: number, { metres, degrees }: Units): number {
  const own = nodeIn(parameter, 'ANGLEUNIT', 'LENGTHUNIT', 'SCALEUNIT', 'UNIT')?.numbers[0];
  if (role === 'k') return value * (own ?? 1);
  if (lengths.includes(role)) return value * (own ?? metres);
  return rounded(value * (own === undefined ? degrees : own / degree));
}

/**
 * The word for axes that do not go east and north. East and north may come in either order, as in
 * PROJ's traditional order for GIS; axes that go the same way are those of a pole.
 */
function axisOf(node: WktNode, method: string, conversion: WktNode): string {
  if (method === 'transversemercatorsouthorientated') return '';
  const axes = node.nodes.filter(({ keyword }) => keyword === 'AXIS');
  const directions = axes.slice(0, 2).map(({ texts }) => texts[1]?.toLowerCase()[0] ?? '');
  if (directions.length < 2) return method === 'krovak' && isKrovakOfEsri(conversion) ? ' +axis=swu' : '';
  const [first, second] = directions;
  if (first === second || directions.includes('e') || directions.includes('o')) return '';
  return ` +axis=${first}${second}u`;
}

/**
 * Whether ESRI's WKT leaves the axes as Krovak had them, south and west: it turns and mirrors them
 * by parameters.
 */
function isKrovakOfEsri(conversion: WktNode): boolean {
  return conversion.nodes.some(
    ({ keyword, texts, numbers }) =>
      keyword === 'PARAMETER' && plainName(texts[0] ?? '') === 'xyplanerotation' && numbers[0] === 0,
  );
}

/** The shift that WKT itself gives. */
function shiftGiven(node: WktNode, transformation: WktNode | undefined): string | undefined {
  const base = geographic.includes(node.keyword) ? node : nodeIn(node, ...geographic);
  const { numbers } = nodeIn(nodeIn(base, 'DATUM'), 'TOWGS84') ?? {};
  if (numbers && (numbers.length === 3 || numbers.length === 7)) return numbers.join(',');
  if (transformation === undefined) return undefined;
  const method = nodeIn(transformation, 'METHOD')?.texts[0] ?? '';
  const values = transformation.nodes.filter(({ keyword }) => keyword === 'PARAMETER').map(ofTransformation);
  if (/geocentric translations/i.test(method) && values.length === 3) return values.join(',');
  if (values.length !== 7 || !/(position vector|coordinate frame)/i.test(method)) throw new UnknownShiftError();
  const sign = /coordinate frame/i.test(method) ? -1 : 1;
  return values.map((value, index) => (index >= 3 && index < 6 ? sign * value : value)).join(',');
}

const second = degree / 3600;

/** Metres, seconds of arc, millionths. */
function ofTransformation(parameter: WktNode): number {
  const [value = Number.NaN] = parameter.numbers;
  const angle = nodeIn(parameter, 'ANGLEUNIT')?.numbers[0];
  const factor = nodeIn(parameter, 'SCALEUNIT')?.numbers[0];
  if (angle !== undefined) return (value * angle) / second;
  // The scale of a bound CRS is a factor near 1 where its unit is 1.
  return factor === 1 ? (value - 1) * 1e6 : factor === undefined ? value : value * factor * 1e6;
}
