import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { ResultDocument } from '@cellshed/contracts';
import { answerTable, tableFormats } from '@cellshed/tables';
import { known, namesWith } from './catalog.ts';

describe('the example of the README', () => {
  it('prints what the README says', async () => {
    const definition = { type: 'groupedCount', rasters: ['cover'] } as const;
    const catalog = namesWith({ cover: { legend: { 11: 'Open Water' } } }, [{ name: 'cover', ...definition }]);
    const groups = [
      { values: [11], cells: 1 },
      { values: [41], cells: 3 },
    ];
    const result = { ...known('cover', definition, 4), covered: 1, groups } as ResultDocument;
    const table = answerTable([{ operation: 'cover', definition }], catalog);
    async function* rows() {
      for (const values of table.rowsOf(result, { table: 'huc', id: '1', name: 'Upper Creek' })) yield { values };
    }
    const csv = await text(tableFormats.csv.bytes({ columns: table.columns, rows: rows() }));
    const readme = await readFile(join(import.meta.dirname, '../README.md'), 'utf8');
    expect(readme).toContain(`\`\`\`csv\n${csv.replaceAll('\r', '')}\`\`\``);
  });
});
