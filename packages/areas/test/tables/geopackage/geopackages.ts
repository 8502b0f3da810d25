import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { basins } from '../../fixtures.ts';

/** The GeoPackages of a test, in a folder of their own. */
export interface GeoPackages {
  readonly folder: string;
  /**
   * A copy of the fixture after some SQL, without the triggers of R-trees: they call functions that
   * plain SQLite lacks.
   */
  altered(sql: string, triggers?: 'kept'): string;
  change(path: string, sql: string, triggers?: 'kept'): void;
  remove(): void;
}

export function geoPackages(): GeoPackages {
  const folder = mkdtempSync(join(tmpdir(), 'areas-geopackage-'));
  let copies = 0;
  return {
    folder,
    altered(sql, triggers) {
      const path = join(folder, `${copies++}.gpkg`);
      copyFileSync(basins.gpkg, path);
      change(path, sql, triggers);
      return path;
    },
    change,
    remove: () => rmSync(folder, { recursive: true }),
  };
}

function change(path: string, sql: string, triggers?: 'kept'): void {
  using db = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  const names = db.prepare("SELECT name FROM sqlite_master WHERE type = 'trigger'").all();
  if (triggers !== 'kept') for (const { name } of names) db.exec(`DROP TRIGGER "${name}"`);
  db.exec(sql);
}
