/** An object of PROJJSON. */
type Json = Readonly<Record<string, unknown>>;

/**
 * The WKT of a CRS in PROJJSON (https://proj.org/en/stable/specifications/projjson.html), in as
 * much as WKT is read here: names, numbers, units and codes. Throws a reason why there is none.
 */
export function wktOfProjJson(text: string): string {
  return crsText(parsed(text), 0);
}

/** Whether a text may be PROJJSON. */
export function isProjJson(text: string): boolean {
  return text.startsWith('{');
}

/** The name of a CRS in PROJJSON; undefined for a text that is none. */
export function nameOfProjJson(text: string): string | undefined {
  try {
    const { name } = parsed(text);
    return typeof name === 'string' && name !== '' ? name : undefined;
  } catch {
    return undefined;
  }
}

function parsed(text: string): Json {
  const json: unknown = JSON.parse(text);
  if (!isObject(json)) throw new Error('its PROJJSON is no object');
  return json;
}

const deepest = 8;

function crsText(crs: unknown, depth: number): string {
  if (!isObject(crs) || depth > deepest) throw new Error('its PROJJSON has a part that is no CRS');
  const inside = (one: unknown) => crsText(one, depth + 1);
  switch (crs.type) {
    case 'ProjectedCRS':
      return node('PROJCRS', crs.name, base(crs.base_crs), conversion(crs.conversion), axes(crs), code(crs));
    case 'GeographicCRS':
    case 'GeodeticCRS':
      return node('GEOGCRS', crs.name, geodetic(crs), axes(crs), code(crs));
    case 'CompoundCRS':
      return node('COMPOUNDCRS', crs.name, list(crs.components).slice(0, 1).map(inside).join(','), code(crs));
    case 'BoundCRS':
      return `BOUNDCRS[SOURCECRS[${inside(crs.source_crs)}],TARGETCRS[${inside(crs.target_crs)}],${transformation(crs.transformation)}]`;
    case 'DerivedProjectedCRS':
    case 'DerivedGeographicCRS':
      throw new Error('it is a derived CRS, expected a projected or geographic one');
    default:
      return node('ENGCRS', crs.name, code(crs));
  }
}

function base(crs: unknown): string {
  if (!isObject(crs)) throw new Error('its PROJJSON has no base_crs');
  return node('BASEGEOGCRS', crs.name, geodetic(crs), axes(crs), code(crs));
}

function geodetic({ datum, datum_ensemble: ensemble }: Json): string {
  const one = datum ?? ensemble;
  if (!isObject(one) || !isObject(one.ellipsoid)) throw new Error('its PROJJSON gives no ellipsoid');
  const { prime_meridian: meridian } = one;
  const prime = isObject(meridian)
    ? node('PRIMEM', meridian.name, numberIn(meridian.longitude), unit(unitIn(meridian.longitude) ?? 'degree'))
    : '';
  return joined(node('DATUM', one.name, ellipsoid(one.ellipsoid), code(one)), prime);
}

function ellipsoid({ name, semi_major_axis, semi_minor_axis, inverse_flattening, radius }: Json): string {
  const [a, b] = [semi_major_axis ?? radius, semi_minor_axis].map((value) => Number(numberIn(value)));
  const flattening = Number(inverse_flattening ?? (b === undefined || Number.isNaN(b) || a === b ? 0 : a! / (a! - b)));
  if (!Number.isFinite(a)) throw new Error('its PROJJSON gives no ellipsoid');
  return node('ELLIPSOID', name, String(a), String(flattening), unit(unitIn(semi_major_axis ?? radius) ?? 'metre'));
}

function conversion(one: unknown): string {
  if (!isObject(one) || !isObject(one.method)) throw new Error('its PROJJSON has no conversion');
  return node('CONVERSION', one.name, node('METHOD', one.method.name), ...list(one.parameters).map(parameter));
}

function transformation(one: unknown): string {
  if (!isObject(one) || !isObject(one.method)) throw new Error('its PROJJSON has no transformation');
  return node(
    'ABRIDGEDTRANSFORMATION',
    one.name,
    node('METHOD', one.method.name),
    ...list(one.parameters).map(parameter),
  );
}

function parameter(one: unknown): string {
  if (!isObject(one)) throw new Error('its PROJJSON has a parameter that is no object');
  return node('PARAMETER', one.name, numberIn(one.value), unit(one.unit ?? unitIn(one.value)));
}

/** The axes, whose units are those of the CRS. */
function axes({ coordinate_system: system }: Json): string {
  const found = isObject(system) ? list(system.axis).filter(isObject) : [];
  return found
    .map(({ name, direction, unit: given }) =>
      node('AXIS', name, String(direction).replaceAll(/[^\w]/g, '') || 'unspecified', unit(given)),
    )
    .join(',');
}

/** A unit by its name, or by its factor. */
function unit(given: unknown): string {
  if (typeof given === 'string') return known[given] ?? '';
  if (!isObject(given)) return '';
  const keyword = keywords[String(given.type)] ?? 'UNIT';
  return given.conversion_factor === undefined ? '' : node(keyword, given.name, numberIn(given.conversion_factor));
}

const known: Readonly<Record<string, string>> = {
  metre: 'LENGTHUNIT["metre",1]',
  degree: 'ANGLEUNIT["degree",0.0174532925199433]',
  unity: 'SCALEUNIT["unity",1]',
};

const keywords: Readonly<Record<string, string>> = {
  LinearUnit: 'LENGTHUNIT',
  AngularUnit: 'ANGLEUNIT',
  ScaleUnit: 'SCALEUNIT',
};

/** A code, where the object has one. */
function code({ id, ids }: Json): string {
  const one = id ?? list(ids)[0];
  if (!isObject(one) || !/^\w+$/.test(String(one.code))) return '';
  return node('ID', one.authority, String(one.code).match(/^\d+$/) ? String(one.code) : `"${String(one.code)}"`);
}

/** A value, which may have a unit beside it. */
function numberIn(value: unknown): string {
  const number = isObject(value) ? value.value : value;
  return typeof number === 'number' && Number.isFinite(number) ? String(number) : '';
}

function unitIn(value: unknown): unknown {
  return isObject(value) ? value.unit : undefined;
}

function node(keyword: string, name: unknown, ...parts: readonly string[]): string {
  return `${keyword}[${joined(`"${String(name ?? '').replaceAll('"', '""')}"`, ...parts)}]`;
}

function joined(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(',');
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
