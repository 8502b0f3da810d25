import type { Warmed, WarmHow, WarmPass } from '@cellshed/jobs';
import type { Warming } from './warming.ts';

/** Looks for results as `warm` does, and computes nothing: what is missing is told as computed. */
export async function lookOnly<Pass extends WarmPass>(
  passes: AsyncIterable<Pass>,
  { isThere }: Pick<Warming, 'isThere'>,
  { onEnd, onPassEnd, signal }: Omit<WarmHow<Pass>, 'atOnce'>,
): Promise<void> {
  for await (const pass of passes) {
    const items = await pass.items();
    const looked = items.map(async (item): Promise<Warmed> => {
      const { name } = item;
      if ('problem' in item) return { name, outcome: 'failed', reason: item.problem };
      return (await isThere(item.key)) ? { name, outcome: 'there' } : { name, outcome: 'computed', cells: undefined };
    });
    for (const warmed of await Promise.all(looked)) await onEnd(warmed, pass);
    if (signal.aborted) return;
    await onPassEnd?.(pass);
  }
}
