import { methods, type Role, type Roles } from '../methods.ts';
import { lineOf } from '../tables.ts';
import { geographicOfKeys } from './geographic-keys.ts';
import { degreesOf, type GeoKeys, metresOf, number, userDefined } from './key-values.ts';

/** The PROJ words of the projection and its unit. */
export function projectionOfKeys(keys: GeoKeys): string {
  return `${projectionText(keys)}${unitText(keys)}`;
}

function unitText(keys: GeoKeys): string {
  const metres = metresOf(keys);
  return metres === 1 ? '' : ` +to_meter=${metres}`;
}

function projectionText(keys: GeoKeys): string {
  const conversion = number(keys, 'ProjectionGeoKey');
  if (conversion !== undefined && conversion !== userDefined) {
    const [text] = lineOf('conversions', String(conversion)) ?? [];
    if (text === undefined) throw new Error(`its projection has the code ${conversion}, which is not known`);
    return text;
  }
  const number_ = number(keys, 'ProjCoordTransGeoKey', 'ProjMethodGeoKey');
  if (number_ === undefined)
    throw new Error('it has neither a code that is known nor a projection: give its crs in the catalog');
  const method = methodNumbers[number_];
  const write = method && methods[method];
  if (!write)
    throw new Error(`its projection has the number ${number_}, which is not one that Catchment can read from keys`);
  return write(rolesOf(keys), Number(/\+(?:a|R)=(\S+)/.exec(geographicOfKeys(keys).text)?.[1] ?? Number.NaN));
}

/** The numbers of ProjCoordTransGeoKey, and the numbers that GDAL adds. */
const methodNumbers: Readonly<Record<number, string>> = {
  1: 'transversemercator',
  3: 'hotineobliquemercator',
  7: 'mercator',
  8: 'lambertconformalconic2sp',
  9: 'lambertconformalconic1sp',
  10: 'lambertazimuthalequalarea',
  11: 'albersconicequalarea',
  12: 'azimuthalequidistant',
  13: 'equidistantconic',
  14: 'stereographic',
  15: 'polarstereographic',
  16: 'obliquestereographic',
  17: 'equirectangular',
  18: 'cassinisoldner',
  20: 'millercylindrical',
  21: 'orthographic',
  22: 'polyconic',
  23: 'robinson',
  24: 'sinusoidal',
  26: 'newzealandmapgrid',
  27: 'transversemercatorsouthorientated',
  28: 'cylindricalequalarea',
  9815: 'hotineobliquemercatorazimuthcenter',
};

/** The keys of each role. The first key in the file counts. */
const keysOfRoles: Readonly<Record<Role, readonly string[]>> = {
  lat0: ['ProjNatOriginLatGeoKey', 'ProjFalseOriginLatGeoKey', 'ProjCenterLatGeoKey'],
  lon0: [
    'ProjNatOriginLongGeoKey',
    'ProjFalseOriginLongGeoKey',
    'ProjCenterLongGeoKey',
    'ProjStraightVertPoleLongGeoKey',
  ],
  lat1: ['ProjStdParallel1GeoKey'],
  lat2: ['ProjStdParallel2GeoKey'],
  latTs: [],
  k: ['ProjScaleAtNatOriginGeoKey', 'ProjScaleAtCenterGeoKey'],
  x0: ['ProjFalseEastingGeoKey', 'ProjFalseOriginEastingGeoKey', 'ProjCenterEastingGeoKey'],
  y0: ['ProjFalseNorthingGeoKey', 'ProjFalseOriginNorthingGeoKey', 'ProjCenterNorthingGeoKey'],
  alpha: ['ProjAzimuthAngleGeoKey'],
  gamma: ['ProjRectifiedGridAngleGeoKey'],
  height: [],
};

function rolesOf(keys: GeoKeys): Roles {
  const [metres, degrees] = [metresOf(keys), degreesOf(keys)];
  const entries = Object.entries(keysOfRoles).flatMap(([role, names]) => {
    const value = number(keys, ...names);
    if (value === undefined) return [];
    const factor = role === 'k' ? 1 : role === 'x0' || role === 'y0' ? metres : degrees;
    return [[role, factor === 1 ? value : value * factor]];
  });
  return Object.fromEntries(entries) as Roles;
}
