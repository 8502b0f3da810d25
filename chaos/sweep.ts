import { runCatchment } from '../test/processes.ts';
import type { Report } from './report.ts';
import type { World } from './world.ts';

/**
 * Warms a table, as an operator does: its areas are swept. What it computes is looked at in the
 * end.
 */
export async function sweep({ env }: World, report: Report): Promise<void> {
  const { code } = await runCatchment(['warm', 'squares', '--operation', 'local'], env);
  report.count(`warm: ended with ${code}`);
}
