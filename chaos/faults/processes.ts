import { join } from 'node:path';
import { pause } from '../../test/way/wait.ts';
import type { Fault } from '../fault.ts';
import type { Member } from '../processes.ts';
import { lockSeconds } from '../world.ts';

const disturbs = ['disturbs'] as const;
const called = { gateway: 'a gateway', start: 'a worker of start and finish', count: 'a raster worker' } as const;
const kinds = Object.keys(called) as Member['kind'][];

function killed(kind: Member['kind']): Fault {
  return {
    name: `${called[kind]} is killed`,
    spells: disturbs,
    happen: ({ members }, random) =>
      members.replace(random.pick(members.of(kind)), { signal: 'SIGKILL', first: 'end' }),
  };
}

function stopped(kind: Member['kind']): Fault {
  return {
    name: `${called[kind]} stands still for longer than its locks`,
    spells: disturbs,
    happen: async ({ members }, random) => {
      const { pid } = random.pick(members.of(kind)).running;
      process.kill(pid, 'SIGSTOP');
      await pause(2000 * lockSeconds);
      process.kill(pid, 'SIGCONT');
    },
  };
}

/** Workers whose clocks are off, ahead or behind, at once or after a while. */
function skewed(name: string, clock: NodeJS.ProcessEnv): Fault {
  const preload = join(import.meta.dirname, '../skewed-clock.mjs');
  return {
    name,
    spells: disturbs,
    happen: async ({ members }, random) => {
      const member = random.pick(members.of(random.pick(['start', 'count'])));
      const env = { NODE_OPTIONS: `--import ${preload}`, ...clock };
      await members.replace(member, { signal: 'SIGTERM', first: 'start', env });
      await pause(4000);
      await members.replace(member, { signal: 'SIGTERM', first: 'start' });
    },
  };
}

export const processFaults: readonly Fault[] = [
  ...kinds.map(killed),
  ...kinds.map(stopped),
  {
    name: 'all processes are replaced, one after the other',
    // Nothing may be refused.
    spells: [],
    happen: async ({ members }) => {
      for (const member of members.all) await members.replace(member, { signal: 'SIGTERM', first: 'start' });
    },
  },
  skewed('the clock of a worker is 20 s behind', { CHAOS_CLOCK_SECONDS: '-20' }),
  skewed('the clock of a worker jumps 20 s ahead', { CHAOS_CLOCK_SECONDS: '20', CHAOS_CLOCK_AFTER_SECONDS: '4' }),
];
