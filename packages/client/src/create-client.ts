import { answerHeaders, answerIn, answerPath, areaSteps, queryOf } from './answers.ts';
import type { AreaSchema, Collections } from './area-documents.ts';
import type { Client } from './client.ts';
import type { ProcessList, RasterList, StatusDocument } from './documents.ts';
import { type Executing, executionIn, executionOf, type OperationTypes } from './executions.ts';
import { type Asked, type GatewayOptions, openGateway } from './gateway.ts';
import { type JobLike, jobPath, untilEnded } from './jobs.ts';
import type { Aborting } from './watching.ts';

/** The time for which `ask` and `table` wait for an answer before they wait for a job. */
const waitSeconds = 2;

/**
 * A client of the gateway at `baseUrl`, for browsers and Node. Every method rejects with a
 * GatewayError if the answer is an error or absent, and with a signal's reason. Only waits ask
 * again.
 */
export function createClient<const Types extends OperationTypes = OperationTypes>(
  baseUrl: string | URL,
  options: GatewayOptions = {},
): Client<Types> {
  const { base, ask } = openGateway(baseUrl, options);
  const read = async <Document>(path: string, asked?: Asked) => (await (await ask(path, asked)).json()) as Document;
  const collections = (aborting?: Aborting) => read<Partial<Collections>>('/api/collections', aborting);
  const dismiss = (job: JobLike, aborting?: Aborting) =>
    read<StatusDocument>(jobPath(job), { ...aborting, method: 'DELETE' });
  const client: Client = {
    landing: (aborting) => read('/api', aborting),
    processes: async (aborting) => (await read<ProcessList>('/api/processes?limit=1000', aborting)).processes,
    describe: (operation, aborting) => read(`/api/processes/${encodeURIComponent(operation)}`, aborting),
    rasters: async (aborting) => (await collections(aborting)).rasters ?? [],
    mappedRasters: async (aborting) => (await read<RasterList>('/api/rasters', aborting)).rasters,
    collections: async (aborting) => (await collections(aborting)).collections ?? [],
    areas: (table, query = {}, aborting) =>
      read(`/api/collections/${encodeURIComponent(table)}/items${queryOf(query)}`, aborting),
    areaProperties: async (table, query, aborting) => {
      const path = `/api/collections/${encodeURIComponent(table)}/schema${queryOf(query)}`;
      return (await read<AreaSchema>(path, aborting)).properties.properties.properties;
    },
    area: (area, aborting) => read(`/api/collections/${areaSteps(area).join('/items/')}`, aborting),
    convert: (file, { layer, signal } = {}) => {
      const headers = { 'content-type': 'application/octet-stream' };
      return read(`/api/areas/convert${queryOf({ layer })}`, { method: 'POST', headers, body: file, signal });
    },
    ask: async (operation, inputs, waiting = {}) => {
      const { signal } = waiting;
      const execution = await executionIn(await ask(...executionOf(operation, inputs, { waitSeconds, signal })));
      if ('result' in execution) return execution.result as never;
      const { job } = execution;
      // Nobody reads the result of a wait that was given up.
      const giveUp = () => dismiss(job).catch(() => undefined);
      signal?.addEventListener('abort', giveUp, { once: true });
      await untilEnded(ask, job, waiting).finally(() => signal?.removeEventListener('abort', giveUp));
      return read(`${jobPath(job)}/results`, { signal });
    },
    execute: async (operation: string, inputs: unknown, how: Executing = {}) => {
      const response = await ask(...executionOf(operation, inputs, how));
      return (how.waitSeconds === undefined ? response.json() : executionIn(response)) as never;
    },
    status: (job, aborting) => read(jobPath(job), aborting),
    wait: (job, waiting) => untilEnded(ask, job, waiting),
    result: (job, aborting) => read(`${jobPath(job)}/results`, aborting),
    table: async (source, f, { rows, ...waiting } = {}) => {
      const { signal } = waiting;
      const ofJob = (job: JobLike) => ask(`${jobPath(job)}/results${queryOf({ f, rows })}`, { signal });
      if (typeof source === 'string' || 'jobID' in source) return ofJob(source);
      const path = answerPath(source.operation, source.area, { ...source.choices, f, rows });
      const response = await ask(path, { headers: answerHeaders({ waitSeconds }), signal });
      if (response.status !== 202) return response;
      return ofJob(await untilEnded(ask, (await response.json()) as StatusDocument, waiting));
    },
    dismiss,
    answer: async (operation, area, choices = {}, answering = {}) => {
      const { signal } = answering;
      return answerIn(await ask(answerPath(operation, area, choices), { headers: answerHeaders(answering), signal }));
    },
    answerUrl: (operation, area, choices = {}) => base + answerPath(operation, area, choices),
  };
  return client as Client<Types>;
}
