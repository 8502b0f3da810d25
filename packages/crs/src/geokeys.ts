import { crsFromText } from './crs.ts';
import { type Crs, type GeoKeys, projDefinition, projTextOfKeys, usable } from './crs-definition.ts';

/** The CRS of a GeoTIFF: by its code if it has one, else as its keys spell it out. Throws an Error that says what is wrong with it. */
export function crsOfGeoKeys(keys: GeoKeys): Crs {
  const code = codeOf(keys);
  const shift = keys.GeogTOWGS84GeoKey;
  if (code !== undefined && shift === undefined) return crsFromText(`EPSG:${code}`);
  if (code === undefined) refuseUnproven(keys);
  const text = projTextOfKeys(code === undefined ? keys : { ProjectedCSTypeGeoKey: code, GeogTOWGS84GeoKey: shift });
  return usable({ name: code === undefined ? text : `EPSG:${code}`, definition: projDefinition(text) });
}

const model = { projected: 1, geographic: 2 };

function codeOf(keys: GeoKeys): number | undefined {
  const projected = keys.ProjectedCSTypeGeoKey ?? keys.ProjectedCRSGeoKey;
  const geographic = keys.GeographicTypeGeoKey ?? keys.GeodeticCRSGeoKey;
  const { GTModelTypeGeoKey: type = projected === undefined ? model.geographic : model.projected } = keys;
  const code = type === model.projected ? projected : type === model.geographic ? geographic : undefined;
  return typeof code === 'number' && code > 0 && code !== 32_767 ? code : undefined;
}

/** Projections (ProjCoordTransGeoKey) for which the keys that GDAL writes have been seen to give what PROJ gives. */
const proven: Readonly<Record<number, string>> = {
  1: 'Transverse Mercator',
  8: 'Lambert Conformal Conic (2SP)',
  9: 'Lambert Conformal Conic (1SP)',
  10: 'Lambert Azimuthal Equal Area',
  11: 'Albers Equal Area',
  24: 'Sinusoidal',
  28: 'Cylindrical Equal Area',
};

function refuseUnproven(keys: GeoKeys): void {
  if (keys.GTModelTypeGeoKey === model.geographic) return;
  const method = keys.ProjCoordTransGeoKey ?? keys.ProjMethodGeoKey;
  if (keys.GTModelTypeGeoKey === model.projected && typeof method === 'number' && method in proven) return;
  const known = Object.entries(proven).map(([number, name]) => `${number} (${name})`);
  throw new Error(
    `it has no EPSG code and spells out projection ${method ?? 'none'}, expected ${known.join(', ')}: give its crs in the catalog`,
  );
}
