import type { Catalog } from '@cellshed/catalog';
import type { BodySources } from './bodies.ts';

/** The settings of reading threads: plain data. */
export interface ReadingSettings extends BodySources {
  readonly catalog: Catalog;
}
