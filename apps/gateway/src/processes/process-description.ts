import { type Catalog, type CatalogOperation, everyRasterOf } from '@cellshed/catalog';
import type { Link, ProcessDescription, ProcessSummary } from '@cellshed/client';
import { contractOf, countsOnLines, needsLines, resultSchemas } from '@cellshed/contracts';
import Type, { type TSchema } from 'typebox';
import { rasterDocument } from '../collections/raster-document.ts';
import { link, ogcRel } from '../http/links.ts';
import { plainSchema } from '../http/plain-schema.ts';
import { multiProcess } from './multi-process.ts';
import {
  areaOrUnits,
  choiceInputs,
  coverage,
  crs,
  lines,
  otherRasters,
  parameterInputs,
  severalAreas,
  unitsInputs,
} from './process-inputs.ts';

/** The description of a process, the same for every client and gateway. */
export type Description = Omit<ProcessDescription, 'jobControlOptions' | 'outputTransmission' | 'links'>;

/** The id of the one output of an operation. */
export const resultOutput = 'result';

/** Describes an operation of the catalog: its inputs and its output. */
export function describeProcess(operation: CatalogOperation, catalog: Pick<Catalog, 'areas' | 'rasters'>): Description {
  const { name, title = name, description, type, isMany } = operation;
  const { choices } = contractOf(type);
  return {
    id: name,
    title,
    ...(description !== undefined && { description }),
    version: '1.0.0',
    inputs: {
      ...(isMany ? { areas: severalAreas(catalog) } : areaOrUnits(catalog)),
      ...unitsInputs(catalog),
      ...(countsOnLines(operation) ? needsLines(operation) && { lines } : { coverage }),
      rasters: otherRasters(catalog),
      crs,
      ...choiceInputs(choices),
      ...parameterInputs(operation),
    },
    outputs: {
      [resultOutput]: {
        title: 'Result document',
        schema: plainSchema(resultSchemaOf(operation, catalog)),
      },
    },
    rasters: everyRasterOf(operation).flatMap((raster) => {
      const found = catalog.rasters.get(raster);
      return found ? [rasterDocument(found)] : [];
    }),
  };
}

/** One result, or a list: of several areas, or of several values of a parameter. */
function resultSchemaOf(
  { type, isMany, parameters = {} }: CatalogOperation,
  { areas }: Pick<Catalog, 'areas'>,
): TSchema {
  const { result } = contractOf(type);
  const results = Type.Object({ results: Type.Array(result) });
  if (isMany) return results;
  return Object.keys(parameters).length + areas.size > 0 ? Type.Union([result, results]) : result;
}

/**
 * Describes the process of several operations on several areas, which reads each tile once for all.
 */
export function describeMulti({
  operations,
  ...catalog
}: Pick<Catalog, 'areas' | 'rasters' | 'operations'>): Description {
  const names = [...operations.values()].filter(({ isMany }) => !isMany).map(({ name }) => name);
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
      ...unitsInputs(catalog),
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
        schema: plainSchema(Type.Object({ results: Type.Array(Type.Union(resultSchemas)) })),
      },
    },
  };
}

/** Whether the answers on well-known areas have URLs of their own. */
function hasAnswers({ inputs }: Description): boolean {
  return 'area' in inputs && inputs['lines'] === undefined;
}

interface Offer {
  /** The base URL of this gateway, as the client sees it. */
  readonly base: string;
  /** Whether the process declares to be executed synchronously, too. */
  readonly sync: boolean;
}

/** The description of a process as this gateway offers it. */
export function processDescription(description: Description, { base, sync }: Offer): ProcessDescription {
  const url = `${base}/api/processes/${description.id}`;
  return {
    ...description,
    jobControlOptions: [...(sync ? (['sync-execute'] as const) : []), 'async-execute', 'dismiss'],
    outputTransmission: ['value', 'reference'],
    links: [
      link(url, 'self', 'This process'),
      link(`${url}/execution`, ogcRel('execute'), 'Execution'),
      ...(hasAnswers(description) ? [answersLink(base, description.id)] : []),
    ],
  };
}

function answersLink(base: string, operation: string): Link {
  const href = `${base}/api/areas/{table}/{id}/${operation}`;
  return { ...link(href, 'related', 'The answer on a well-known area, which can be cached'), templated: true };
}

/** The summary of the same. */
export function processSummary(description: Description, offer: Offer): ProcessSummary {
  const { inputs: _inputs, outputs: _outputs, rasters: _rasters, ...summary } = processDescription(description, offer);
  return summary;
}
