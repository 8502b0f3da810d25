import type { Catalog, CatalogOperation } from '@cellshed/catalog';
import type { ProcessDescription } from '@cellshed/client';
import {
  type Choice,
  coverageRules,
  coverages,
  crsDescription,
  defaultCoverage,
  type OperationContract,
  upstreamDescription,
} from '@cellshed/contracts';
import { everyValue } from '@cellshed/operations';
import { plainSchema } from '../http/plain-schema.ts';

export type Inputs = ProcessDescription['inputs'];
type Input = Inputs[string];

const geoJsonNote = 'GeoJSON may stand as it is or, as the standard has objects, in a member "value".';

/** One area; or a table, of which others inputs say which areas are meant. */
export function areaOrUnits(catalog: Pick<Catalog, 'areas'>): Inputs {
  const area = oneArea(catalog);
  if (catalog.areas.size === 0) return { area };
  const description = 'In place of area: an area table, of which within or by say which areas are meant.';
  const areas = { title: 'Area table', description, schema: tableName(catalog), minOccurs: 0, maxOccurs: 1 };
  return { area: { ...area, minOccurs: 0 }, areas };
}

/** The inputs that say which areas of a table are meant, where the catalog has tables. */
export function unitsInputs({ areas }: Pick<Catalog, 'areas'>): Inputs {
  if (areas.size === 0) return {};
  const tables = [...areas.values()];
  const larger = [...new Set(tables.flatMap(({ within = {} }) => Object.keys(within)))];
  const optional = { minOccurs: 0, maxOccurs: 1 };
  return {
    ...(tables.some(({ downstream }) => downstream !== undefined) && {
      upstream: {
        title: 'All upstream',
        description: `${upstreamDescription}.`,
        schema: { type: 'boolean', default: false },
        ...optional,
      },
    }),
    ...(larger.length > 0 && {
      within: {
        title: 'Larger area',
        description: 'A well-known area as "table/id": the areas of the table in areas that lie in it are meant.',
        schema: { type: 'string', pattern: `^(${larger.join('|')})/.+$` },
        ...optional,
      },
      sum: {
        title: 'As one',
        description: 'Whether the areas in the larger one are answered for as one.',
        schema: { type: 'boolean', default: false },
        ...optional,
      },
    }),
    by: {
      title: 'Property',
      description: 'A property of the table in areas: its areas with each value of it are answered for as one.',
      schema: { type: 'string' },
      ...optional,
    },
  };
}

function oneArea(catalog: Pick<Catalog, 'areas'>): Input {
  return {
    title: 'Area',
    description: `A well-known area as "table/id", or a drawn one in longitude and latitude, unless crs says otherwise. ${geoJsonNote}`,
    schema: { oneOf: [wellKnownArea(catalog), drawnArea] },
    minOccurs: 1,
    maxOccurs: 1,
  };
}

export function severalAreas(catalog: Pick<Catalog, 'areas'>): Input {
  const items = { oneOf: [wellKnownArea(catalog), drawnArea] };
  const features = {
    type: 'object',
    required: ['type', 'features'],
    properties: { type: { type: 'string', enum: ['FeatureCollection'] } },
  };
  return {
    title: 'Areas',
    description:
      'A list of areas, a FeatureCollection each of whose features is one, or an area table of which within or by say which areas are meant.',
    schema: { oneOf: [{ type: 'array', minItems: 1, items }, features, tableName(catalog)] },
    minOccurs: 1,
    maxOccurs: 1,
  };
}

export const coverage: Input = {
  title: 'Coverage',
  description: `Which cells lie in the area. ${coverages.map((rule) => `${rule}: ${coverageRules[rule].cells}`).join('; ')}.`,
  schema: { type: 'string', enum: [...coverages], default: defaultCoverage },
  minOccurs: 0,
  maxOccurs: 1,
};

export const crs: Input = {
  title: 'Coordinate reference system',
  description: crsDescription,
  schema: { type: 'string', default: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84' },
  minOccurs: 0,
  maxOccurs: 1,
};

export function choiceInputs(choices: OperationContract['choices']): Inputs {
  const inputs = Object.entries<Choice>(choices).map(([name, { title, description, inRequest }]): [string, Input] => {
    // The input has the description, and the order of members is that of schemas written by hand.
    const { description: _, items, ...schema } = plainSchema(inRequest);
    return [name, { title, description, schema: { ...schema, items }, minOccurs: 0, maxOccurs: 1 }];
  });
  return Object.fromEntries(inputs);
}

export const lines: Input = {
  title: 'Lines',
  description: `Lines, such as streams, in longitude and latitude, unless crs says otherwise. ${geoJsonNote}`,
  schema: {
    type: 'object',
    format: 'geojson-geometry',
    required: ['type'],
    properties: {
      type: {
        type: 'string',
        enum: ['LineString', 'MultiLineString', 'GeometryCollection', 'Feature', 'FeatureCollection'],
      },
    },
  },
  minOccurs: 1,
  maxOccurs: 1,
};

export function otherRasters({ rasters }: Pick<Catalog, 'rasters'>): Input {
  return {
    title: 'Other rasters',
    description: 'Rasters in place of those of the operation, by their names.',
    schema: { type: 'object', additionalProperties: { type: 'string', enum: [...rasters.keys()] } },
    minOccurs: 0,
    maxOccurs: 1,
  };
}

export function parameterInputs({ parameters = {} }: CatalogOperation): Inputs {
  const inputs = Object.entries(parameters).map(
    ([name, { title = name, values, default: preset }]): [string, Input] => [
      name,
      {
        title,
        description: `One value, a list of several, or "${everyValue}" for all: then there is a result for each, in their order.`,
        schema: { type: 'string', enum: [...values], ...(preset !== undefined && { default: preset }) },
        minOccurs: preset === undefined ? 1 : 0,
        maxOccurs: values.length,
      },
    ],
  );
  return Object.fromEntries(inputs);
}

function tableName({ areas }: Pick<Catalog, 'areas'>) {
  return { type: 'string', enum: [...areas.keys()] };
}

function wellKnownArea({ areas }: Pick<Catalog, 'areas'>) {
  const tables = [...areas.keys()];
  return { type: 'string', pattern: tables.length > 0 ? `^(${tables.join('|')})/.+$` : '^[^/]+/.+$' };
}

const drawnArea = {
  type: 'object',
  format: 'geojson-geometry',
  required: ['type'],
  properties: {
    type: { type: 'string', enum: ['Polygon', 'MultiPolygon', 'GeometryCollection', 'Feature', 'FeatureCollection'] },
  },
};
