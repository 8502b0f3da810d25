/**
 * A parameter of a projection, under one name for all dialects. Angles are in degrees, lengths in
 * metres.
 */
export type Role = 'lat0' | 'lon0' | 'lat1' | 'lat2' | 'latTs' | 'k' | 'x0' | 'y0' | 'alpha' | 'gamma' | 'height';

export type Roles = Readonly<Partial<Record<Role, number>>>;

/**
 * Parameters by their names in WKT 1, ESRI's WKT and WKT 2, without the characters that differ
 * among dialects.
 */
export const roles: Readonly<Record<string, Role>> = {
  latitudeoforigin: 'lat0',
  latitudeofcenter: 'lat0',
  centralparallel: 'lat0',
  latitudeofnaturalorigin: 'lat0',
  latitudeoffalseorigin: 'lat0',
  latitudeofprojectioncentre: 'lat0',
  centralmeridian: 'lon0',
  longitudeofcenter: 'lon0',
  longitudeoforigin: 'lon0',
  longitudeofnaturalorigin: 'lon0',
  longitudeoffalseorigin: 'lon0',
  longitudeofprojectioncentre: 'lon0',
  standardparallel1: 'lat1',
  latitudeof1ststandardparallel: 'lat1',
  standardparallel2: 'lat2',
  latitudeof2ndstandardparallel: 'lat2',
  latitudeofstandardparallel: 'latTs',
  scalefactor: 'k',
  scalefactoratnaturalorigin: 'k',
  scalefactoratprojectioncentre: 'k',
  scalefactoroninitialline: 'k',
  scalefactoratthepseudostandardparallel: 'k',
  scalefactoronpseudostandardparallel: 'k',
  ellipsoidscalingfactor: 'k',
  falseeasting: 'x0',
  eastingatfalseorigin: 'x0',
  eastingatprojectioncentre: 'x0',
  falsenorthing: 'y0',
  northingatfalseorigin: 'y0',
  northingatprojectioncentre: 'y0',
  azimuth: 'alpha',
  azimuthofinitialline: 'alpha',
  azimuthatprojectioncentre: 'alpha',
  colatitudeofconeaxis: 'alpha',
  rectifiedgridangle: 'gamma',
  anglefromrectifiedtoskewgrid: 'gamma',
  xyplanerotation: 'gamma',
  satelliteheight: 'height',
};

/** Parameters whose only known values change nothing. */
export const idle: Readonly<Record<string, readonly number[]>> = {
  pseudostandardparallel1: [78.5],
  latitudeofpseudostandardparallel: [78.5],
  auxiliaryspheretype: [0],
  xscale: [1, -1],
  yscale: [1, -1],
};

/** Writes the PROJ words of a projection, without unit and ellipsoid. */
type Write = (roles: Roles, a: number) => string;

const origin = ({ lat0 = 0, lon0 = 0 }: Roles) => `+lat_0=${lat0} +lon_0=${lon0}`;
const meridian = ({ lon0 = 0 }: Roles) => `+lon_0=${lon0}`;
const offset = ({ x0 = 0, y0 = 0 }: Roles) => `+x_0=${x0} +y_0=${y0}`;
const scale = ({ k = 1 }: Roles) => `+k_0=${k}`;

function simple(name: string): Write {
  return (p) => `+proj=${name} ${meridian(p)} ${offset(p)}`;
}

function around(name: string): Write {
  return (p) => `+proj=${name} ${origin(p)} ${offset(p)}`;
}

function cylindrical(name: string): Write {
  return (p) => `+proj=${name} +lat_ts=${p.latTs ?? p.lat1 ?? p.lat0 ?? 0} ${meridian(p)} ${offset(p)}`;
}

/** Two standard parallels, or one and a scale. */
const lambert: Write = (p) => {
  const { lat0 = 0, lat1 = lat0, lat2 } = p;
  if (lat2 === undefined || lat2 === lat1) return `+proj=lcc +lat_1=${lat1} ${origin(p)} ${scale(p)} ${offset(p)}`;
  return `+proj=lcc +lat_1=${lat1} +lat_2=${lat2} ${origin(p)} ${scale(p)} ${offset(p)}`;
};

const conic =
  (name: string): Write =>
  (p) =>
    `+proj=${name} +lat_1=${p.lat1 ?? 0} +lat_2=${p.lat2 ?? p.lat1 ?? 0} ${origin(p)} ${offset(p)}`;

const mercator: Write = (p) => {
  const parallel = p.latTs ?? p.lat1;
  if (p.lat0) throw new Error(`its Mercator projection has the latitude of origin ${p.lat0}, expected 0`);
  return parallel === undefined
    ? `+proj=merc ${meridian(p)} ${scale(p)} ${offset(p)}`
    : `+proj=merc +lat_ts=${parallel} ${meridian(p)} ${offset(p)}`;
};

const transverse: Write = (p) => `+proj=tmerc ${origin(p)} ${scale(p)} ${offset(p)}`;

/** A projection at a pole, given by the latitude of true scale or by the scale at the pole. */
const polar: Write = (p) => {
  const parallel = p.latTs ?? p.lat1 ?? p.lat0 ?? 90;
  const pole = Math.sign(parallel) * 90;
  const trueAt =
    Math.abs(parallel) === 90 ? scale(p) : `+lat_ts=${parallel} ${p.k === undefined || p.k === 1 ? '' : scale(p)}`;
  return `+proj=stere +lat_0=${pole} ${trueAt} ${meridian(p)} ${offset(p)}`;
};

const oblique =
  (more: string): Write =>
  (p) => {
    const { lat0 = 0, lon0 = 0, alpha = 0, gamma = alpha } = p;
    const isSwiss = Math.abs(alpha - 90) < 1e-9 && Math.abs(gamma - 90) < 1e-9 && more === '';
    if (isSwiss) return `+proj=somerc ${origin(p)} ${scale(p)} ${offset(p)}`;
    return `+proj=omerc ${more}+lat_0=${lat0} +lonc=${lon0} +alpha=${alpha} +gamma=${gamma} ${scale(p)} ${offset(p)}`;
  };

const krovak: Write = (p) => `+proj=krovak ${origin(p)} +alpha=${p.alpha ?? 0} ${scale(p)} ${offset(p)}`;

/** Projections by the names of their methods, without the characters that differ among dialects. */
export const methods: Readonly<Record<string, Write>> = {
  transversemercator: transverse,
  gausskruger: transverse,
  transversemercatorcomplex: transverse,
  transversemercatorsouthorientated: (p) => `${transverse(p, 0)} +axis=wsu`,
  lambertconformalconic: lambert,
  lambertconformalconic1sp: lambert,
  lambertconformalconic2sp: lambert,
  lambertconicconformal1sp: lambert,
  lambertconicconformal2sp: lambert,
  lambertconicconformal2spmichigan: lambert,
  albers: conic('aea'),
  albersconicequalarea: conic('aea'),
  albersequalarea: conic('aea'),
  equidistantconic: conic('eqdc'),
  lambertazimuthalequalarea: around('laea'),
  lambertazimuthalequalareaspherical: (p, a) => `${around('laea')(p, a)} +R_A`,
  azimuthalequidistant: around('aeqd'),
  modifiedazimuthalequidistant: around('aeqd'),
  mercator: mercator,
  mercator1sp: mercator,
  mercator2sp: mercator,
  mercatorvarianta: mercator,
  mercatorvariantb: mercator,
  mercatorauxiliarysphere: (p, a) => `${mercator(p, a)} +sphere=${a}`,
  popularvisualisationpseudomercator: (p, a) => `${mercator(p, a)} +sphere=${a}`,
  mercatorspherical: (p, a) => `${mercator(p, a)} +sphere=${a}`,
  polarstereographic: polar,
  polarstereographicvarianta: polar,
  polarstereographicvariantb: polar,
  stereographicnorthpole: polar,
  stereographicsouthpole: polar,
  stereographic: (p) => `+proj=stere ${origin(p)} ${scale(p)} ${offset(p)}`,
  obliquestereographic: (p) => `+proj=sterea ${origin(p)} ${scale(p)} ${offset(p)}`,
  doublestereographic: (p) => `+proj=sterea ${origin(p)} ${scale(p)} ${offset(p)}`,
  hotineobliquemercator: oblique('+no_uoff '),
  hotineobliquemercatorvarianta: oblique('+no_uoff '),
  hotineobliquemercatorazimuthnaturalorigin: oblique('+no_uoff '),
  rectifiedskeworthomorphicnaturalorigin: oblique('+no_uoff '),
  hotineobliquemercatorazimuthcenter: oblique(''),
  hotineobliquemercatorvariantb: oblique(''),
  rectifiedskeworthomorphiccenter: oblique(''),
  swissobliquecylindrical: (p) => `+proj=somerc ${origin(p)} ${scale(p)} ${offset(p)}`,
  krovak: krovak,
  krovaknorthorientated: krovak,
  cassini: around('cass'),
  cassinisoldner: around('cass'),
  polyconic: around('poly'),
  americanpolyconic: around('poly'),
  equirectangular: cylindrical('eqc'),
  platecarree: cylindrical('eqc'),
  equidistantcylindrical: cylindrical('eqc'),
  equidistantcylindricalspherical: (p, a) => `${cylindrical('eqc')(p, a)} +sphere=${a}`,
  cylindricalequalarea: cylindrical('cea'),
  lambertcylindricalequalarea: cylindrical('cea'),
  behrmann: cylindrical('cea'),
  sinusoidal: simple('sinu'),
  mollweide: simple('moll'),
  robinson: simple('robin'),
  eckertvi: simple('eck6'),
  equalearth: simple('eqearth'),
  millercylindrical: simple('mill'),
  bonne: (p) => `+proj=bonne +lat_1=${p.lat1 ?? p.lat0 ?? 0} ${meridian(p)} ${offset(p)}`,
  newzealandmapgrid: around('nzmg'),
  orthographic: around('ortho'),
  geostationarysatellite: (p) => `+proj=geos +h=${p.height ?? Number.NaN} ${meridian(p)} ${offset(p)}`,
};
