import type { Catalog, CatalogOperation } from '@catchment/catalog';
import type { ProcessDescription, ProcessSummary } from '@catchment/client';
import { GroupedCountResult } from '@catchment/operations';
import { link, ogcRel } from './links.ts';
import { plainSchema } from './plain-schema.ts';

/** What a process says of itself, whoever asks and wherever it runs. */
export type Description = Omit<ProcessDescription, 'jobControlOptions' | 'outputTransmission' | 'links'>;

/** The one output of an operation. */
export const resultOutput = 'result';

/** What goes into an operation of the catalog and what comes out of it. */
export function describeProcess(operation: CatalogOperation, catalog: Pick<Catalog, 'areas'>): Description {
  const { name, title = name, description } = operation;
  return {
    id: name,
    title,
    ...(description !== undefined && { description }),
    version: '1.0.0',
    inputs: {
      area: {
        title: 'Area',
        description:
          'A well-known area as "table/id", or a drawn one in longitude and latitude. GeoJSON may stand as it is or, as the standard has objects, in a member "value".',
        schema: { oneOf: [wellKnownArea(catalog), drawnArea] },
        minOccurs: 1,
        maxOccurs: 1,
      },
      coverage: {
        title: 'Coverage',
        description: 'Which cells lie in the area. centre: those whose centres do.',
        schema: { type: 'string', enum: ['centre'], default: 'centre' },
        minOccurs: 0,
        maxOccurs: 1,
      },
    },
    outputs: { [resultOutput]: { title: 'Result document', schema: plainSchema(GroupedCountResult) } },
  };
}

function wellKnownArea({ areas }: Pick<Catalog, 'areas'>) {
  const tables = [...areas.keys()];
  return { type: 'string', pattern: tables.length > 0 ? `^(${tables.join('|')})/.+$` : '^[^/]+/.+$' };
}

const drawnArea = {
  type: 'object',
  format: 'geojson-geometry',
  required: ['type'],
  properties: { type: { type: 'string', enum: ['Polygon', 'MultiPolygon', 'Feature', 'FeatureCollection'] } },
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
  const { inputs: _inputs, outputs: _outputs, ...summary } = processDescription(description, offer);
  return summary;
}
