import { type FileMetaData, parquetSchema, type SchemaElement, type SchemaTree } from 'hyparquet';
import { undamaged } from './footer.ts';

/** A column with one value, or none, in each row. */
export interface FlatColumn {
  readonly path: readonly string[];
  readonly element: SchemaElement;
  /** The elements from the root to this one. */
  readonly schemaPath: SchemaTree[];
  /** The level of a value that is there: the number of elements that may be missing. */
  readonly level: number;
}

/**
 * The columns that have at most one value in a row; others are lists. Those of structs are among
 * them.
 */
export function flatColumns(footer: FileMetaData): readonly FlatColumn[] {
  return undamaged('its schema', () => flatIn(parquetSchema(footer), []));
}

function flatIn(tree: SchemaTree, above: SchemaTree[]): FlatColumn[] {
  const schemaPath = [...above, tree];
  const { element, children, path } = tree;
  if (element.repetition_type === 'REPEATED') return [];
  if (children.length > 0) return children.flatMap((child) => flatIn(child, schemaPath));
  if (above.length === 0) return [];
  const level = schemaPath.slice(1).filter((one) => one.element.repetition_type !== 'REQUIRED').length;
  return [{ path, element, schemaPath, level }];
}

/** Whether the values of a column can be shown: texts, numbers and times, not bytes. */
export function isShown({ element }: FlatColumn): boolean {
  const { type, converted_type: converted = '', logical_type: logical } = element;
  if (type !== 'BYTE_ARRAY' && type !== 'FIXED_LEN_BYTE_ARRAY') return type !== undefined;
  return texts.includes(converted) || texts.includes(logical?.type ?? '');
}

const texts: readonly string[] = ['UTF8', 'STRING', 'JSON', 'ENUM', 'UUID', 'DECIMAL', 'FLOAT16'];
