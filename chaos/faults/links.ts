import type { Proxy } from '@cellshed/local-services';
import { pause } from '../../test/way/wait.ts';
import type { Fault } from '../fault.ts';

type Which = 'queue' | 'cache';

function onLink(which: Which, name: string, happen: (proxy: Proxy) => Promise<void>): Fault {
  const [to, spells] = which === 'queue' ? (['queues', ['disturbs']] as const) : (['cache', []] as const);
  return {
    name: `connections to the Redis of the ${to} ${name}`,
    spells,
    happen: (world) => happen(world[which].proxy),
  };
}

function both(which: Which): Fault[] {
  return [
    onLink(which, 'are cut', async (proxy) => proxy.cut()),
    onLink(which, 'are slow', async (proxy) => {
      proxy.delay(300);
      await pause(5000);
      proxy.delay(0);
    }),
    onLink(which, 'go silent; new ones are well', async (proxy) => {
      proxy.silence();
      await pause(20_000);
      proxy.heal();
      proxy.cut({ onlySilent: true });
    }),
    onLink(which, 'go silent, and new ones, too', async (proxy) => {
      proxy.silence({ newOnes: true });
      await pause(8000);
      proxy.heal();
      proxy.cut({ onlySilent: true });
    }),
  ];
}

export const linkFaults: readonly Fault[] = [...both('queue'), ...both('cache')];
