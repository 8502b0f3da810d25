import { mkdir } from 'node:fs/promises';
import { loadCatalog } from '../src/catalog.ts';
import { folderWith, problemsOf } from './folder.ts';

const files = { 'nlcd.tif': '', 'soil.tif': '', 'wbd.gpkg': '', 'areas.geojson': '', 'LAKES.GPKG': '' };
const raster = '{ url: nlcd.tif }';
const none = 'rasters: {}\noperations: {}';
const name = 'a name of at most 63 small letters, digits, "_" and "-" that begins with a letter';
const text = 'text (in quotes where it looks like a number)';
const sources =
  'expected a file that ends in .gpkg, .geojson, .json, .geojsonl, .geojsons, .geojsonseq, .ndjson, .jsonl, .fgb, .parquet, .geoparquet, .shp, .zip, .shz, or postgresql://…; ogr2ogr -f GPKG makes a GeoPackage of most others';
const long = `n${'o'.repeat(63)}`;

const wrong: readonly (readonly [claim: string, yaml: string, problems: readonly string[]])[] = [
  ['that is empty', '', ['1: expected a map; got nothing']],
  ['that is a list', '- nlcd', ['1: expected a map; got a list']],
  [
    'without rasters and operations',
    '# new\ntitle: a',
    ['1: member "rasters" is missing', '1: member "operations" is missing'],
  ],
  ['with nothing under a name', 'rasters:\noperations: {}', ['1: rasters: expected a map of names; got nothing']],
  [
    'with a list for a map',
    'rasters: []\noperations: {}\nareas: 5',
    ['1: rasters: expected a map of names; got a list', '3: areas: expected a map of names; got 5'],
  ],
  [
    'with an unknown member',
    `titel: a\n${none}`,
    ['1: unknown member "titel"; expected one of title, description, rasters, operations, areas, lines'],
  ],
  [
    'with an unknown member of a raster',
    `operations: {}\nrasters:\n  a:\n    url: nlcd.tif\n    titel: x\n    __proto__: 1`,
    ['titel', '__proto__'].map(
      (member, index) =>
        `${index + 5}: rasters.a: unknown member "${member}"; expected one of title, url, version, hosts, nodata, mask, scaled, sidecars, band, crs, units, date, citation, aliases, legend`,
    ),
  ],
  [
    'with names that are none',
    `operations: {}\nrasters:\n  Nlcd: ${raster}\n  1a: ${raster}\n  __proto__: ${raster}\n  ${long}: ${raster}\n  "a\\n": ${raster}`,
    ['"Nlcd"', '"1a"', '"__proto__"', `"${long}"`, '"a\\n"'].map(
      (key, index) => `${index + 3}: rasters: ${key} is not ${name}`,
    ),
  ],
  ['with a list as a name', `? [a]\n: 1\n${none}`, ['1: expected a name before the colon']],
  [
    'with a name that is there twice',
    `rasters:\n  a: ${raster}\n  b: ${raster}\n  a: ${raster}\noperations: {}\noperations: {}`,
    ['4: rasters.a: is there twice; the first is on line 2', '6: operations: is there twice; the first is on line 5'],
  ],
  [
    'with values that are not what they should be',
    `
title: 5
operations: {}
rasters:
  a: { url: nlcd.tif, version: 2019, nodata: .nan, band: 0 }
  b: { url: "", band: 1.5, nodata: nan, aliases: x }
  c: { url: nlcd.tif, aliases: [y, 7], units: [m], crs: true }
  d: nlcd.tif
  e: {}`,
    [
      `2: title: expected ${text}; got 5`,
      `5: rasters.a.version: expected ${text}; got 2019`,
      '5: rasters.a.nodata: expected a number, or "none" (NaN is no data in any case); got NaN',
      '5: rasters.a.band: expected a whole number from 1 to 65535; got 0',
      `6: rasters.b.url: expected ${text}, or a list of files; got ""`,
      '6: rasters.b.band: expected a whole number from 1 to 65535; got 1.5',
      '6: rasters.b.nodata: expected a number, or "none" (NaN is no data in any case); got "nan"',
      '6: rasters.b.aliases: expected a list of names; got "x"',
      `7: rasters.c.aliases.1: expected ${text}; got 7`,
      `7: rasters.c.units: expected ${text}; got a list`,
      `7: rasters.c.crs: expected ${text}; got true`,
      '8: rasters.d: expected a map; got "nlcd.tif"',
      '9: rasters.e: member "url" is missing',
    ],
  ],
  [
    'with a wrong legend',
    `
operations: {}
rasters:
  a:
    url: nlcd.tif
    legend:
      11: { label: Open Water, color: blue }
      12: { color: "#ffffff" }
      13: [Ice]
      x: Woods
      11.0: Lake
      "14.0": Marsh
      15: { label: Sand, color: "#466b9" }
      16:
        label: Rock
        color: #466b9f
  b: { url: nlcd.tif, legend: [Ice] }`,
    [
      '7: rasters.a.legend.11.color: expected a colour in quotes, such as "#466b9f"; got "blue"',
      '8: rasters.a.legend.12: member "label" is missing',
      '9: rasters.a.legend.13: expected a label, or a map of label and color; got a list',
      '10: rasters.a.legend: "x" is not a number in its shortest form',
      '11: rasters.a.legend.11: is there twice; the first is on line 7',
      '12: rasters.a.legend: "14.0" is not a number in its shortest form',
      '13: rasters.a.legend.15.color: expected a colour in quotes, such as "#466b9f"; got "#466b9"',
      '16: rasters.a.legend.16.color: expected a colour in quotes, such as "#466b9f"; got nothing',
      '17: rasters.b.legend: expected a map from values to labels; got a list',
    ],
  ],
  [
    'with files that cannot be read and URLs that cannot be used',
    `
operations: {}
rasters:
  a: { url: nlcd.tiff }
  b: { url: folder }
  c: { url: ftp://host/nlcd.tif }
  d: { url: "https://" }
  e: { url: file://elsewhere/nlcd.tif }
  f: { url: nlcd.tif/x }
  g: { url: "a\\0b" }
  j: { url: "s3://bucket/nlcd.tif?secret=s3cret" }
  k: { url: "s3://bucket/nlcd.tif?endpoint=https://store.example&region=eu-central-1" }
  l: { url: [nlcd.tif, nlcd.tiff, "ftp://host/nlcd.tif"] }
  m: { url: "*.tiff" }
  n: { url: "*.tif" }
  o: { url: "https://host/*.tif" }
  p: { url: [] }
  q: { url: [nlcd.tif, 7] }
areas:
  h: { source: http://localhost/areas.geojson, id: id }
  i: { source: areas.json, id: id }`,
    [
      '4: rasters.a.url: there is no file nlcd.tiff',
      '5: rasters.b.url: folder is not a file',
      '6: rasters.c.url: ftp:// is not supported; expected one of a path, http://, https://, s3://, file://; got "ftp://host/nlcd.tif"',
      '7: rasters.d.url: expected a URL; got "https://"',
      '8: rasters.e.url: expected file:///path/to/file; got "file://elsewhere/nlcd.tif"',
      '9: rasters.f.url: there is no file nlcd.tif/x',
      '10: rasters.g.url: "a\\u0000b" is not a path',
      '11: rasters.j.url: the URL has a parameter "secret", expected s3://<bucket>/<key>[?endpoint=<http(s)://host:port>&region=<region>&pathStyle=true]',
      '13: rasters.l.url.1: there is no file nlcd.tiff',
      '13: rasters.l.url.2: ftp:// is not supported; expected one of a path, http://, https://, s3://, file://; got "ftp://host/nlcd.tif"',
      '14: rasters.m.url: no file is called as in *.tiff',
      '16: rasters.o.url: a pattern stands for local files only; list those on servers, or give a VRT; got "https://host/*.tif"',
      '17: rasters.p.url: expected a list of 1 or more files; got 0',
      `18: rasters.q.url.1: expected ${text}; got 7`,
      '20: areas.h.source: http:// is not supported; expected one of a path, file://, postgresql://; got "http://localhost/areas.geojson"',
      '21: areas.i.source: there is no file areas.json',
    ],
  ],
  [
    'with aliases that mean two rasters',
    `
operations: {}
rasters:
  a: { url: nlcd.tif, aliases: [x, b, a] }
  b: { url: nlcd.tif, aliases: [y, x, y] }`,
    [
      '4: rasters.a.aliases.1: "b" is a name of raster b already',
      '4: rasters.a.aliases.2: "a" is a name of raster a already',
      '5: rasters.b.aliases.1: "x" is a name of raster a already',
      '5: rasters.b.aliases.2: "y" is a name of raster b already',
    ],
  ],
  [
    'with operations on rasters that are not there',
    `
rasters: { nlcd: { url: nlcd.tif }, soil: { url: soil.tif } }
operations:
  nlcd_soil:
    type: groupedCount
    rasters:
      - nlcd
      - soils
  twice: { type: groupedCount, rasters: [nlcd, nlcd] }
  proto: { type: groupedCount, rasters: [constructor] }
  lines: { type: groupedCount, rasters: ["a\\nb"] }`,
    [
      '8: operations.nlcd_soil.rasters.1: no raster is called "soils"; expected one of nlcd, soil',
      '9: operations.twice.rasters.1: "nlcd" is listed twice',
      '10: operations.proto.rasters.0: no raster is called "constructor"; expected one of nlcd, soil',
      '11: operations.lines.rasters.0: no raster is called "a b"; expected one of nlcd, soil',
    ],
  ],
  [
    'with operations that are none',
    `
rasters: {}
operations:
  a: { type: groupedCounts, rasters: [] }
  b: { rasters: [] }
  c: { type: groupedCount, rasters: [] }
  d: { type: groupedCount, rasters: [a, b, c, d, e, f, g, h, i] }
  e: { type: groupedCount }
  f: groupedCount
  g: { type: [groupedCount] }
  h: { type: groupedCount, rasters: [1], life: 5 }
  i: { type: groupedCount, rasters: [1], lifetime: 5 }
  j: { type: groupedCount, rasters: [1], lifetime: 6h, hardLimit: 90m, maxAge: 1w }`,
    [
      '4: operations.a: unknown type "groupedCounts"; expected one of groupedCount, groupedCountMany, change, groupedAverage, linesJoin, summary, statistics',
      '5: operations.b: member "type" is missing; expected one of groupedCount, groupedCountMany, change, groupedAverage, linesJoin, summary, statistics',
      '6: operations.c.rasters: expected a list of 1 to 8 names of rasters; got 0',
      '7: operations.d.rasters: expected a list of 1 to 8 names of rasters; got 9',
      ...[...'abcdefghi'].map(
        (raster, index) => `7: operations.d.rasters.${index}: no raster is called "${raster}"; there are none`,
      ),
      '8: operations.e: member "rasters" is missing',
      '9: operations.f: expected a map; got "groupedCount"',
      '10: operations.g: unknown type a list; expected one of groupedCount, groupedCountMany, change, groupedAverage, linesJoin, summary, statistics',
      `11: operations.h.rasters.0: expected ${text}; got 1`,
      '11: operations.h: unknown member "life"; expected one of title, description, lifetime, hardLimit, maxAge, staleWhileRevalidate, tally, parameters, type, rasters, cellAreas',
      `12: operations.i.rasters.0: expected ${text}; got 1`,
      '12: operations.i.lifetime: expected a duration such as 90s, 15m, 6h or 7d; got 5',
      `13: operations.j.rasters.0: expected ${text}; got 1`,
      '13: operations.j.maxAge: expected a duration such as 0s, 90s, 15m, 6h or 7d; got "1w"',
      '13: operations.j.hardLimit: 90m is shorter than the lifetime 6h, expected at least as long',
    ],
  ],
  [
    'with operations whose other rasters, lines and parameters are wrong',
    `
rasters: { nlcd: { url: nlcd.tif }, t_01: { url: nlcd.tif }, t_02: { url: nlcd.tif } }
lines: { rivers: { source: areas.geojson } }
operations:
  a: { type: groupedAverage, rasters: [], target: slope }
  b: { type: statistics, rasters: [nlcd], weights: t_03, quantiles: [0.5, 2] }
  c: { type: statistics, rasters: [nlcd, t_01] }
  d: { type: linesJoin, rasters: [nlcd], lines: streams }
  multi: { type: summary, rasters: [nlcd] }
  e: { type: summary, rasters: ["t_{month}"], parameters: { month: { values: ["01", "02", "03"] } } }
  f: { type: summary, rasters: ["t_{month}"], parameters: { month: { values: ["01"], default: "02" }, year: { values: ["1"] } } }
  g: { type: summary, rasters: ["t_{area}"], parameters: { area: { values: ["01"] } } }
  h: { type: summary, rasters: ["t_{month}"] }
  i: { type: groupedAverage, rasters: [] }
  j: { type: groupedCount, rasters: [nlcd], target: nlcd }
  k: { type: summary, rasters: ["t_{limit}"], parameters: { limit: { values: ["01"] } } }`,
    [
      '5: operations.a.target: no raster is called "slope"; expected one of nlcd, t_01, t_02',
      '6: operations.b.quantiles.1: expected a number from 0 to 1; got 2',
      '6: operations.b.weights: no raster is called "t_03"; expected one of nlcd, t_01, t_02',
      '7: operations.c.rasters: expected a list of one name of a raster; got 2',
      '8: operations.d.lines: no line source is called "streams"; expected one of rivers',
      '9: operations.multi: "multi" is a process of Catchment\'s own; choose another name',
      '10: operations.e.rasters.0: no raster is called "t_03"; expected one of nlcd, t_01, t_02',
      '11: operations.f.parameters.month.default: "02" is none of its values; expected one of 01',
      '11: operations.f.parameters.year: no raster of the operation has {year} in its name',
      '12: operations.g.parameters.area: "area" is an input of every operation; choose another name',
      '13: operations.h.rasters.0: no raster is called "t_{month}"; expected one of nlcd, t_01, t_02',
      '14: operations.i: member "target" is missing',
      '15: operations.j: unknown member "target"; expected one of title, description, lifetime, hardLimit, maxAge, staleWhileRevalidate, tally, parameters, type, rasters, cellAreas',
      '16: operations.k.parameters.limit: "limit" has a meaning of its own in queries; choose another name',
    ],
  ],
  [
    'with area tables that are none',
    `
${none}
areas:
  drawn: { source: areas.geojson, id: id }
  a: { source: wbd.gpkg, id: id }
  b: { source: areas.geojson, id: id, table: t }
  c: { source: areas.geojson }
  d: { source: nlcd.tif, id: id }
  e: { source: LAKES.GPKG, id: id }
  f: { source: postgresql://localhost/gis, id: id }
  g: { source: "postgresql://me:12/s3cret@localhost/gis", table: t, id: id }
  h: { source: "mysql://me:s3cret@localhost/gis", table: t, id: id }
  i: { source: areas.geojson, id: id, geometry: geom }`,
    [
      '5: areas.drawn: "drawn" means an area that a client drew; choose another name',
      '7: areas.b.table: only a GeoPackage (.gpkg), a ZIP archive and a database have tables; areas.geojson is GeoJSON',
      '8: areas.c: member "id" is missing',
      `9: areas.d.source: ${sources}; got "nlcd.tif"`,
      '11: areas.f: member "table" is missing; a database has several tables',
      '12: areas.g.source: expected a URL such as postgresql://user@host:5432/database, its password in PGPASSWORD or PGPASSFILE',
      `13: areas.h.source: ${sources}; got "mysql://me:…@localhost/gis"`,
      '13: areas.h.source: mysql:// is not supported; expected one of a path, file://, postgresql://; got "mysql://me:…@localhost/gis"',
      '14: areas.i.geometry: only a table of a database has several geometries',
    ],
  ],
  ['with an alias of no anchor', 'title: a\nrasters: *r\noperations: {}', ['2: rasters: no anchor is called "r"']],
  [
    'whose anchor holds itself',
    'operations: {}\nrasters: &r\n  a: *r',
    [
      '3: rasters.a: unknown member "a"; expected one of title, url, version, hosts, nodata, mask, scaled, sidecars, band, crs, units, date, citation, aliases, legend',
      '3: rasters.a: member "url" is missing',
    ],
  ],
  [
    'that is not YAML',
    'rasters:\n  a: { url: x\noperations: {}',
    ['3: is not YAML: Flow map in block collection must be sufficiently indented and end with a }'],
  ],
  ['that has tabs', 'rasters:\n\ta: 1', ['2: is not YAML: Tabs are not allowed as indentation']],
  [
    'with a tag of older YAML',
    `title: !!binary YQ==\n${none}`,
    ['1: is not YAML: Unresolved tag: tag:yaml.org,2002:binary'],
  ],
  [
    'with a long text where a map should be, and operations on rasters that nobody could read',
    `rasters: ${'x'.repeat(100)}\noperations:\n  a: { type: groupedCount, rasters: [nlcd] }`,
    [`1: rasters: expected a map of names; got "${'x'.repeat(80)}"`],
  ],
  ['with a tag that YAML does not know', `title: !foo a\n${none}`, ['1: is not YAML: Unresolved tag: !foo']],
  ['that is two documents', `${none}\n---\n${none}`, ['3: expected one YAML document; got several']],
  [
    'that is nested without end',
    `rasters: ${'['.repeat(20_000)}`,
    [
      '1: is nested too deeply',
      '1: is not YAML: Flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
  ],
];

describe('a wrong catalog is refused', () => {
  it.each(wrong)('%s', async (_, yaml, expected) => {
    await using folder = await folderWith({ ...files, 'catalog.yaml': yaml });
    await mkdir(folder.at('folder'));
    const problems = await problemsOf(loadCatalog(folder.at('catalog.yaml')), folder.path);
    expect(problems).toEqual(expected.map((problem) => `catalog.yaml:${problem}`));
  });
});
