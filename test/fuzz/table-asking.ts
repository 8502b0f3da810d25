import type { AreaTable } from '@cellshed/areas';
import { checkText, holds, type Outcome, sentenceOr } from './target.ts';

/**
 * Opens a table called `fuzz`, asks for all that it has, and closes it. Whatever is refused names
 * the path.
 */
export async function askTable(open: () => Promise<AreaTable>, path: string): Promise<Outcome> {
  const opened = await sentenceOr(open, path);
  if (opened === undefined) return 'refused';
  const everywhere = { bbox: [-180, -90, 180, 90] as const, limit: 10, offset: 0 };
  let asked = 0;
  for await (const id of opened.ids()) {
    if (++asked > 20) break;
    const area = await sentenceOr(() => opened.get(id), 'fuzz');
    if (area) holds(area.id === id, 'the area that was asked for');
  }
  const page = await sentenceOr(() => opened.list(everywhere), 'fuzz');
  holds(page === undefined || page.items.length <= 10, 'a page of ten');
  for (const item of page?.items ?? []) if (item.problem !== undefined) checkText(item.problem);
  await sentenceOr(() => opened.extent(), 'fuzz');
  await opened.close();
  return 'accepted';
}
