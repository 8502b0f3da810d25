import proj4 from 'proj4';
import { type Crs, datumTypes, parametersOf } from './crs-definition.ts';

/** Takes a position of one CRS to another; not finite where the other has no place for it. */
export type Convert = (x: number, y: number) => [x: number, y: number];

interface Converter {
  readonly fromLonLat: Convert;
  readonly toLonLat: Convert;
  /** Whether positions are left as they are. */
  readonly isLonLat: boolean;
}

/** A function that takes degrees of longitude and latitude on WGS 84 to x and y of the CRS. */
export function fromLonLat(crs: Crs): Convert {
  return converter(crs).fromLonLat;
}

/** A function that takes x and y of the CRS to degrees of longitude and latitude on WGS 84. */
export function toLonLat(crs: Crs): Convert {
  return converter(crs).toLonLat;
}

/** Whether the CRS is longitude and latitude, taken for WGS 84 digit for digit. */
export function isLonLat(crs: Crs): boolean {
  return converter(crs).isLonLat;
}

/** By definition; there are as many as operators have CRSs. */
const converters = new Map<string, Converter>();
const mostConverters = 100;

function converter(crs: Crs): Converter {
  const known = converters.get(crs.definition);
  if (known) return known;
  const made = makeConverter(crs);
  if (converters.size >= mostConverters) converters.clear();
  converters.set(crs.definition, made);
  return made;
}

function makeConverter(crs: Crs): Converter {
  const { projName, from_greenwich, datum } = parametersOf(crs);
  const shifted = datum.datum_type !== datumTypes.unknown && datum.datum_type !== datumTypes.wgs84;
  if (projName === 'longlat' && !shifted && !from_greenwich) {
    return { fromLonLat: (x, y) => [x, y], toLonLat: (x, y) => [x, y], isLonLat: true };
  }
  const { forward, inverse } = proj4('WGS84', crs.definition);
  return { fromLonLat: finite(forward), toLonLat: finite(inverse), isLonLat: false };
}

/** proj4 throws where it is given what is not finite. */
function finite(convert: (position: { x: number; y: number; z: number }) => { x: number; y: number }): Convert {
  return (fromX, fromY) => {
    if (!Number.isFinite(fromX) || !Number.isFinite(fromY)) return [Number.NaN, Number.NaN];
    // As an object with a height: proj4 takes twice the time for a pair of numbers, and the same steps.
    const { x, y } = convert({ x: fromX, y: fromY, z: 0 });
    return [x, y];
  };
}
