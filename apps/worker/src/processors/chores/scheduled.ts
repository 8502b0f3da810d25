import type { Chores, Processor } from '@cellshed/jobs';

/** Does `scheduled`: asks for the chore of a schedule, unless the same one is under way. */
export function scheduledProcessor({
  chores,
  onError,
}: {
  readonly chores: Pick<Chores, 'ask'>;
  readonly onError: (error: Error) => void;
}): Processor<'scheduled'> {
  return async ({ schedule, ask }) => {
    const entered = await chores.ask(ask, { by: `schedule ${schedule}` });
    if (entered.outcome !== 'full') return { chore: entered.id };
    onError(new Error(`schedule ${schedule}: as many chores are under way as may, so this time is left out`));
    return { chore: null };
  };
}
