import { columnName } from './columns.ts';

/** The columns of a table by whom they belong to, so that none has two meanings. */
export interface ColumnRegister {
  /** Notes a column of figures, which several operations may share. */
  addFigure(column: string): void;
  /**
   * The column that stands for a name of the catalog: the same each time, and nobody else's.
   * `withColumn` are all columns that come with it. `owner` tells apart what has the same name.
   */
  give(name: string, what: 'raster' | 'parameter', options?: GiveOptions): string;
}

interface GiveOptions {
  readonly owner?: string;
  readonly withColumn?: (column: string) => readonly string[];
}

/** A register without columns. Letters in another case are the same name, as in SQLite. */
export function columnRegister(): ColumnRegister {
  const owners = new Map<string, string>();
  return {
    addFigure(column) {
      owners.set(column.toLowerCase(), 'figure');
    },
    give(name, what, { owner = name, withColumn = (column: string) => [column] } = {}) {
      const whose = JSON.stringify([what, owner]);
      const isOthers = (column: string) => (owners.get(column.toLowerCase()) ?? whose) !== whose;
      const given = columnName(name, what, (column) => withColumn(column).some(isOthers));
      for (const column of withColumn(given)) owners.set(column.toLowerCase(), whose);
      return given;
    },
  };
}
