import { pause } from '../../test/way/wait.ts';
import type { Fault } from '../fault.ts';
import type { World } from '../world.ts';

const names = ['web', 'local'] as const;
const spoils = ['spoils'] as const;

async function whileFull({ disk, members }: World): Promise<void> {
  const pids = members.all.map(({ running }) => running.pid);
  disk.fill(pids);
  await pause(4000);
  disk.free(pids);
}

export const dataFaults: readonly Fault[] = [
  { name: 'the disk of the durable layer is full', spells: [], happen: whileFull },
  {
    name: 'a raster is replaced',
    spells: [],
    happen: async ({ rasters }, random) => rasters.replace(random.pick(names)),
  },
  {
    name: 'a raster is taken away, and comes back',
    spells: spoils,
    happen: async ({ rasters }, random) => {
      const name = random.pick(names);
      rasters.remove(name);
      await pause(3000);
      rasters.mend(name);
    },
  },
  {
    name: 'the file of a raster is cut off in the middle, and mended',
    spells: spoils,
    happen: async ({ rasters }) => {
      rasters.damage();
      await pause(3000);
      rasters.mend('local');
    },
  },
  {
    name: 'the tables are written anew',
    // A request that begins while a file is being written reads half of it.
    spells: spoils,
    happen: async ({ rasters }) => rasters.replaceTables(),
  },
];
