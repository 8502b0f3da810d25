import type { Page } from 'playwright-core';
import type { Opened, Served } from '../open-page.ts';

/** The service and the browser that the parts of the suite share, once they are there. */
export const kit: { served: Served } = {} as never;

export const [area, below] = ['huc12/990101010101', 'huc12/990101010106'];

/** A ring in the sample, clockwise. */
export const ring = [
  [-100.2, 41.5],
  [-100.2, 41.6],
  [-100, 41.6],
  [-100, 41.5],
  [-100.2, 41.5],
] as const;

/** The same for a link. */
export const drawn = ring
  .slice(1)
  .map((corner) => corner.join(','))
  .join(';');

/** The query of a link. */
export function queryOf(members: Readonly<Record<string, string | readonly string[]>>): string {
  const pairs = Object.entries(members).flatMap(([name, value]) => [value].flat().map((one) => [name, one]));
  return `?${new URLSearchParams(pairs as [string, string][])}`;
}

export async function openAt(members: Parameters<typeof queryOf>[0]): Promise<Opened> {
  return kit.served.open(queryOf(members));
}

export const section = (page: Page, name: string) => page.getByRole('region', { name });

/** The cells of each answer on the page, whose unit is cells: the sum of its column. */
export async function cellsIn(page: Page): Promise<readonly number[]> {
  const rows = await page
    .locator('.answers table, .compared table')
    .first()
    .locator('tbody tr')
    .evaluateAll((all) =>
      all.map((row) => [...row.querySelectorAll('td.figure')].map((cell) => cell.textContent ?? '')),
    );
  const columns = (rows[0] ?? []).map((_, column) => rows.map((row) => row[column] ?? ''));
  return columns.map((texts) => texts.reduce((all, text) => all + Number(text.replaceAll(',', '')), 0));
}
