import type { Fault } from './fault.ts';
import { dataFaults } from './faults/data.ts';
import { linkFaults } from './faults/links.ts';
import { processFaults } from './faults/processes.ts';
import { serverFaults } from './faults/servers.ts';

/** Every kind of fault. */
export const faults: readonly Fault[] = [...processFaults, ...serverFaults, ...linkFaults, ...dataFaults];

/** The faults that are not tried, and the reasons. */
export const untried: readonly string[] = [
  'Failovers by Sentinel or within a Redis Cluster: `test/failover.test.ts` kills their masters under load.',
  'A machine without memory: the kernel kills a process then, as SIGKILL does. A thread without memory is tested in `apps/worker/test/dead-threads.test.ts`.',
  'The clock of Redis: there is no library here that shifts it. The clocks of workers are shifted in Node (`Date.now`).',
];
