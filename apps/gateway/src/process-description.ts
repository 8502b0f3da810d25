import { type Catalog, type CatalogOperation, everyRasterOf } from '@catchment/catalog';
import type { ProcessDescription, ProcessSummary } from '@catchment/client';
import { coverages, resultSchemas } from '@catchment/operations';
import Type from 'typebox';
import { link, ogcRel } from './links.ts';
import { plainSchema } from './plain-schema.ts';
import { rasterDocument } from './raster-document.ts';
import { multiProcess } from './resolve-execution.ts';

/** What a process says of itself, whoever asks and wherever it runs. */
export type Description = Omit<ProcessDescription, 'jobControlOptions' | 'outputTransmission' | 'links'>;

/** The one output of an operation. */
export const resultOutput = 'result';

type Input = Description['inputs'][string];

/** What goes into an operation of the catalog and what comes out of it. */
export function describeProcess(operation: CatalogOperation, catalog: Pick<Catalog, 'areas' | 'rasters'>): Description {
  const { name, title = name, description, type } = operation;
  const isMany = type === 'groupedCountMany';
  const own = resultSchemas[isMany ? 'groupedCount' : type];
  return {
    id: name,
    title,
    ...(description !== undefined && { description }),
    version: '1.0.0',
    inputs: {
      ...(isMany ? { areas: severalAreas(catalog) } : { area: oneArea(catalog) }),
      ...(type === 'linesJoin' ? linesInput(operation) : { coverage }),
      rasters: otherRasters(catalog),
      crs,
      ...(type === 'statistics' && { quantiles }),
      ...parameterInputs(operation),
    },
    outputs: {
      [resultOutput]: {
        title: 'Result document',
        schema: plainSchema(isMany ? Type.Object({ results: Type.Array(own) }) : own),
      },
    },
    rasters: everyRasterOf(operation).flatMap((raster) => {
      const found = catalog.rasters.get(raster);
      return found ? [rasterDocument(found)] : [];
    }),
  };
}

/** Several operations on several areas, each tile read once for all of them. */
export function describeMulti({
  operations,
  ...catalog
}: Pick<Catalog, 'areas' | 'rasters' | 'operations'>): Description {
  const names = [...operations.values()].filter(({ type }) => type !== 'groupedCountMany').map(({ name }) => name);
  const name = { type: 'string', enum: names };
  const chosen = { type: 'object', required: ['operation'], properties: { operation: name } };
  return {
    id: multiProcess,
    title: 'Several operations on several areas',
    description:
      'Counts every operation in every area, each tile read once for all of them. The results come area by area, in the order in which they were asked for; each is cached for itself.',
    version: '1.0.0',
    inputs: {
      areas: severalAreas(catalog),
      operations: {
        title: 'Operations',
        description: 'Names of operations, or objects of a name and what is chosen of the operation.',
        schema: { type: 'array', minItems: 1, items: { oneOf: [name, chosen] } },
        minOccurs: 1,
        maxOccurs: 1,
      },
      coverage,
      lines: { ...lines, minOccurs: 0 },
      crs,
    },
    outputs: {
      [resultOutput]: {
        title: 'Result documents',
        schema: plainSchema(Type.Object({ results: Type.Array(Type.Union(Object.values(resultSchemas))) })),
      },
    },
  };
}

const geoJsonNote = 'GeoJSON may stand as it is or, as the standard has objects, in a member "value".';

function oneArea(catalog: Pick<Catalog, 'areas'>): Input {
  return {
    title: 'Area',
    description: `A well-known area as "table/id", or a drawn one in longitude and latitude, unless crs says otherwise. ${geoJsonNote}`,
    schema: { oneOf: [wellKnownArea(catalog), drawnArea] },
    minOccurs: 1,
    maxOccurs: 1,
  };
}

function severalAreas(catalog: Pick<Catalog, 'areas'>): Input {
  const items = { oneOf: [wellKnownArea(catalog), drawnArea] };
  const features = {
    type: 'object',
    required: ['type', 'features'],
    properties: { type: { type: 'string', enum: ['FeatureCollection'] } },
  };
  return {
    title: 'Areas',
    description: 'A list of areas, or a FeatureCollection each of whose features is one.',
    schema: { oneOf: [{ type: 'array', minItems: 1, items }, features] },
    minOccurs: 1,
    maxOccurs: 1,
  };
}

const coverage: Input = {
  title: 'Coverage',
  description:
    'Which cells lie in the area. centre: those whose centres do; touched: those that it touches; fraction: each by the share of it that does.',
  schema: { type: 'string', enum: [...coverages], default: 'centre' },
  minOccurs: 0,
  maxOccurs: 1,
};

/** What the input says of itself, also where it is validated. */
export const crsDescription =
  'The CRS of the areas and lines that are drawn: a code such as EPSG:5070, also as URL, URN or CURIE. x is the longitude or easting, whatever order of axes the CRS has. Where it is the CRS of the rasters, coordinates are taken as they stand.';

const crs: Input = {
  title: 'Coordinate reference system',
  description: crsDescription,
  schema: { type: 'string', default: 'http://www.opengis.net/def/crs/OGC/1.3/CRS84' },
  minOccurs: 0,
  maxOccurs: 1,
};

const quantiles: Input = {
  title: 'Quantiles',
  description: 'In place of those of the catalog.',
  schema: { type: 'array', maxItems: 100, items: { type: 'number', minimum: 0, maximum: 1 } },
  minOccurs: 0,
  maxOccurs: 1,
};

const lines: Input = {
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

/** An operation with lines of its own takes none. */
function linesInput(operation: CatalogOperation): Description['inputs'] {
  return 'lines' in operation && operation.lines !== undefined ? {} : { lines };
}

function otherRasters({ rasters }: Pick<Catalog, 'rasters'>): Input {
  return {
    title: 'Other rasters',
    description: 'Rasters in place of those of the operation, by their names.',
    schema: { type: 'object', additionalProperties: { type: 'string', enum: [...rasters.keys()] } },
    minOccurs: 0,
    maxOccurs: 1,
  };
}

function parameterInputs({ parameters = {} }: CatalogOperation): Description['inputs'] {
  const inputs = Object.entries(parameters).map(
    ([name, { title = name, values, default: preset }]): [string, Input] => [
      name,
      {
        title,
        schema: { type: 'string', enum: [...values], ...(preset !== undefined && { default: preset }) },
        minOccurs: preset === undefined ? 1 : 0,
        maxOccurs: 1,
      },
    ],
  );
  return Object.fromEntries(inputs);
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

interface Offer {
  /** Of this gateway, as the client sees it. */
  readonly base: string;
  /** Whether the process declares to be executed synchronously, too. */
  readonly sync: boolean;
}

/** A process as this gateway offers it. */
export function processDescription(description: Description, { base, sync }: Offer): ProcessDescription {
  const url = `${base}/api/processes/${description.id}`;
  return {
    ...description,
    jobControlOptions: [...(sync ? (['sync-execute'] as const) : []), 'async-execute', 'dismiss'],
    outputTransmission: ['value', 'reference'],
    links: [link(url, 'self', 'This process'), link(`${url}/execution`, ogcRel('execute'), 'Execution')],
  };
}

/** The same in short. */
export function processSummary(description: Description, offer: Offer): ProcessSummary {
  const { inputs: _inputs, outputs: _outputs, rasters: _rasters, ...summary } = processDescription(description, offer);
  return summary;
}
