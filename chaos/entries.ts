import { big, known } from '../test/way/areas.ts';
import type { Clients } from './clients.ts';
import { operations, type Result, rasterOf, valueOf } from './oracle.ts';
import type { Report } from './report.ts';
import type { World } from './world.ts';

const mostEntries = 1000;

/**
 * Looks at the values of the cache: each is right by its area and by a version of its raster. The
 * gateway lists at most so many of an operation and a table.
 */
export async function lookAtEntries({ rasters }: World, { admin }: Clients, report: Report): Promise<void> {
  const keys = new Set<string>();
  for (const operation of Object.keys(operations)) {
    for (const area of ['table=squares', 'table=big', 'drawn=true']) {
      const path = `/admin/cache/entries?limit=${mostEntries}&operation=${operation}&${area}`;
      const listed = (await admin(path)) as { readonly entries: { readonly key: string }[]; readonly more: boolean };
      if (!listed) report.violations.push(`the entries of the cache could not be listed: ${path}`);
      for (const { key } of listed?.entries ?? []) keys.add(key);
      if (listed?.more) report.count('lists of cached values that were cut off');
    }
  }
  const versions = new Map<string, number>();
  for (const key of keys) {
    const read = (await admin(`/admin/cache/entries/${key}`)) as { readonly value?: Result } | undefined;
    const result = (read?.value ?? read) as Result | undefined;
    // It has expired, or pushed out, in between.
    if (!result?.operation) continue;
    report.count('cached values');
    const [operation, fingerprint = ''] = [result.operation, key.split(':').at(-1)];
    const value = Object.hasOwn(operations, operation) ? valueOf(result, cellsOf(result)) : undefined;
    const wasThere = value !== undefined && rasters.had(rasterOf(operation), value, 0, Date.now());
    const first = versions.get(`${operation} ${fingerprint}`) ?? value;
    if (!wasThere || value !== first)
      report.violations.push(`cached under ${key}: ${JSON.stringify(result).slice(0, 300)}`);
    versions.set(`${operation} ${fingerprint}`, first as number);
  }
}

/**
 * The cells of an area by its name. What was drawn is in no table: its result must agree with
 * itself.
 */
function cellsOf({ area, cells }: Result): number {
  const [table = '', id = ''] = area.split('/');
  const number = Number(id.slice(1));
  if (table === 'squares') return known(number).cells;
  return table === 'big' ? big(number).cells : cells;
}
