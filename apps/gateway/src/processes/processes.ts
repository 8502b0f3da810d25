import type { Catalog } from '@cellshed/catalog';
import type { RequestStatus, Shelved } from '@cellshed/jobs';
import type { Queue } from 'bullmq';
import { type Description, describeMulti, describeProcess, resultOutput } from './process-description.ts';

/** The outputs of a job, each as JSON, by their ids. */
export type Outputs = ReadonlyMap<string, Shelved>;

/** A process that is no operation of the catalog. It brings a route and a queue of its own. */
export interface OwnProcess {
  readonly description: Description;
  /** The queue of its requests: each job has the members of a request's `finish` job. */
  readonly requests: Queue;
  /** Reads the outputs from the result of one of its jobs. */
  readonly outputsOf: (result: Shelved) => Promise<Outputs>;
}

/** The processes that a gateway offers. */
export interface Processes {
  /** The descriptions of all, by their names. */
  readonly descriptions: ReadonlyMap<string, Description>;
  /** The queues of the requests of own processes. */
  readonly queues: readonly Queue[];
  /** Offers one more. Throws a sentence when another process has its name. */
  readonly add: (process: OwnProcess) => void;
  readonly isOwn: (name: string) => boolean;
  /** Reads the outputs of a request from its result. */
  readonly outputsOf: (request: Pick<RequestStatus, 'operation'>, result: Shelved) => Promise<Outputs>;
}

/** Offers the operations of a catalog, alone and several at once. */
export function openProcesses(catalog: Catalog): Processes {
  const operations = [...catalog.operations.values()].map((operation) => describeProcess(operation, catalog));
  const descriptions = new Map([...operations, describeMulti(catalog)].map((one) => [one.id, one]));
  const ownProcesses = new Map<string, OwnProcess>();
  const queues: Queue[] = [];
  return {
    descriptions,
    queues,
    add: (process) => {
      const { id } = process.description;
      if (descriptions.has(id)) {
        throw new Error(
          `operations.${id}: "${id}" is another process of the gateway; choose another name, or switch that process off`,
        );
      }
      descriptions.set(id, process.description);
      ownProcesses.set(id, process);
      queues.push(process.requests);
    },
    isOwn: (name) => ownProcesses.has(name),
    outputsOf: async ({ operation }, result) =>
      ownProcesses.get(operation)?.outputsOf(result) ?? new Map([[resultOutput, result]]),
  };
}
