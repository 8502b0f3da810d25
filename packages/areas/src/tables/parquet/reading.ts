import { recentlyUsed } from '@cellshed/recent';
import type { FileMetaData } from 'hyparquet';
import type { Bytes } from '../records/bytes.ts';
import type { FlatColumn } from './columns.ts';
import { findPages, type Page } from './pages.ts';
import { readDictionary, readValues, type StoredPage } from './values.ts';

/** Reads the values of columns, page by page. */
export interface ColumnReader {
  /** The value in a row. The pages that were read last are kept. */
  at(column: FlatColumn, row: number): unknown;
  /** All values, in the order of the file. One page at a time is in memory. */
  all(column: FlatColumn): Iterable<unknown>;
}

/** The most bytes of pages that are kept, unpacked; their values take a few times as much. */
const mostKeptBytes = 32 * 2 ** 20;

interface Kept {
  readonly values: ArrayLike<unknown>;
  readonly size: number;
}

export function columnReader(bytes: Bytes, footer: FileMetaData): ColumnReader {
  const pages = new Map<FlatColumn, readonly Page[]>();
  const kept = recentlyUsed<Kept>({ limit: mostKeptBytes, sizeOf: ({ size }) => size, least: 1 });

  /** The values of a stored page, which are kept for the next time. */
  function valuesOf({ at, header }: StoredPage, read: () => ArrayLike<unknown>): ArrayLike<unknown> {
    const known = kept.get(String(at));
    if (known !== undefined) return known.values;
    const values = read();
    kept.set(String(at), { values, size: header.uncompressed_page_size });
    return values;
  }

  function pagesOf(column: FlatColumn): readonly Page[] {
    const found = pages.get(column) ?? findPages(bytes, footer, column);
    pages.set(column, found);
    return found;
  }

  function dictionaryOf({ dictionary }: Page, column: FlatColumn): ArrayLike<unknown> | undefined {
    return dictionary && valuesOf(dictionary, () => readDictionary(bytes, dictionary, column));
  }

  return {
    at(column, row) {
      const page = pageOf(pagesOf(column), row);
      const read = () => readValues(bytes, page, column, dictionaryOf(page, column));
      return valuesOf(page, read)[row - page.firstRow];
    },
    *all(column) {
      let [stored, dictionary]: [Page['dictionary'], ArrayLike<unknown> | undefined] = [undefined, undefined];
      for (const page of pagesOf(column)) {
        if (page.dictionary !== stored)
          [stored, dictionary] = [page.dictionary, page.dictionary && readDictionary(bytes, page.dictionary, column)];
        yield* readValues(bytes, page, column, dictionary);
      }
    },
  };
}

/** The page with a row. */
function pageOf(pages: readonly Page[], row: number): Page {
  let [low, high] = [0, pages.length - 1];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((pages[middle] as Page).firstRow <= row) low = middle;
    else high = middle - 1;
  }
  return pages[low] as Page;
}
