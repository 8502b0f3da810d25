import type { ApiKeys } from '@cellshed/api-keys';
import type { Catalog, OpenAreas } from '@cellshed/catalog';
import type {
  Chores,
  Dismissals,
  Endings,
  Following,
  JobListOptions,
  JobListPage,
  Queues,
  RequestStatus,
  Schedules,
  Shelf,
  StoreTroubles,
  Untaken,
} from '@cellshed/jobs';
import type { Metrics } from '@cellshed/metrics';
import type { CurrentVersions } from '@cellshed/operations';
import type { FastifyBaseLogger } from 'fastify';
import type { Admission } from './access/admission.ts';
import type { ClientOf } from './access/client.ts';
import type { AdminCache } from './admin/admin-cache.ts';
import type { CachedAnswers } from './answers/cached-answers.ts';
import type { GatewayConfig } from './config.ts';
import type { Pictures } from './pictures/pictures.ts';
import type { Processes } from './processes/processes.ts';
import type { Submit } from './processes/submit.ts';
import type { Reader } from './reading/reader.ts';
import type { Told } from './routes/events.ts';

/** The parts that an application is made of. */
export interface AppDependencies {
  readonly config: GatewayConfig;
  readonly logger: FastifyBaseLogger;
  readonly metrics: Metrics;
  /** Whether requests are traced. */
  readonly isTraced: boolean;
  readonly catalog: Catalog;
  readonly tables: OpenAreas;
  readonly queues: Queues;
  /** A connection for workers, which waits while Redis is away. */
  readonly patientRedis: Queues['redis'];
  readonly onQueueError: (error: Error) => void;
  readonly processes: Processes;
  readonly reader: Reader;
  readonly pictures: Pictures;
  readonly submit: Submit;
  readonly refuseEarly: Admission['refuseEarly'];
  readonly clientOf: ClientOf;
  /** The cached results of well-known areas. */
  readonly answers: CachedAnswers;
  readonly status: (id: string) => Promise<RequestStatus | undefined>;
  readonly waitsFor: (status: RequestStatus) => Promise<Untaken | undefined>;
  readonly list: (options: JobListOptions) => Promise<JobListPage>;
  readonly following: Pick<Following<Told>, 'follow'>;
  readonly dismissals: Pick<Dismissals, 'dismiss'>;
  readonly shelf: Shelf;
  readonly endings: Pick<Endings, 'wait'>;
  readonly keys: Pick<ApiKeys, 'find'>;
  readonly adminCache: AdminCache;
  /** The chores of operators, and the times at which they are done. */
  readonly chores: Chores;
  readonly schedules: Schedules;
  /** Whether nobody does chores now. */
  readonly choresWait: () => Promise<string | undefined>;
  readonly storeTroubles: Pick<StoreTroubles, 'list'>;
  /** The current versions of what the catalog names. */
  readonly versions: CurrentVersions;
  readonly queueProblem: () => Promise<string | undefined>;
  /** Aborted when the gateway begins to stop. */
  readonly stopping: AbortSignal;
}
