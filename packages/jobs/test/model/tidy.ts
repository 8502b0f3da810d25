import { finishOf, type Job, type Loose, type State, startOf } from './state.ts';

/** Forgets what can have no effect any more, so that states that do the same are the same. */
export function tidy(state: State): void {
  const { jobs, request, ended } = state;
  state.loose = state.loose.filter((loose) => canAct(state, loose));
  const awaited = new Set<string>();
  for (const [id, record] of Object.entries(request)) {
    const finish = jobs[finishOf(id)];
    // A failed one may be retried.
    if (finish?.state === 'failed' || (finish && finish.state !== 'done')) {
      for (const computation of record.waits) awaited.add(computation);
    } else {
      record.waits = [];
      delete record.keys;
      if (finish) finish.results = {};
    }
  }
  for (const job of Object.values(jobs)) {
    // An open parent may add the same job again, and is told the same result.
    const parent = job.parent === undefined ? undefined : jobs[job.parent];
    if (job.state === 'done' && job.kind === 'start' && parent?.state === 'done') delete job.result;
    if (job.state === 'done') job.stalls = 0;
    if (job.kind === 'finish') forgetRounds(state, job);
  }
  for (const id of Object.keys(ended)) if (!awaited.has(id)) delete ended[id];
}

/** Looking and promoting do nothing for a job that has ended, or that will not be delayed again. */
function canAct({ jobs, request }: State, { id, of, run }: Loose): boolean {
  if (run.at !== 'look' && run.at !== 'promote') return true;
  const job = jobs[id];
  if (!job || job.state === 'done' || job.state === 'failed') return false;
  return !(job.state === 'waiting' && request[of]?.dismissed);
}

/** Only the start job of the present round is read again. */
function forgetRounds(state: State, { of, results }: Job): void {
  const present = startOf(state, of);
  for (const id of Object.keys(results)) if (id.startsWith('start ') && id !== present) delete results[id];
}
