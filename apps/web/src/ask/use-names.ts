import type { Asked } from '../asked.ts';
import { words } from '../words.ts';
import { useArea } from './use-area.ts';

/** The names of the areas that are asked about; undefined: none is chosen. */
export interface AreaNames {
  readonly first: string | undefined;
  readonly beside: string | undefined;
}

/** The names of the areas of a question; a well-known one has its id until its name is read. */
export function useNames(asked: Pick<Asked, 'area' | 'drawn' | 'beside' | 'besideDrawn'>): AreaNames {
  const { drawn, besideDrawn } = asked;
  const area = useArea(asked.area);
  const other = useArea(asked.beside || undefined);
  const first = drawn ? (drawn.name ?? words.draw.name) : (area?.name ?? asked.area);
  const beside = besideDrawn ? (besideDrawn.name ?? words.draw.name) : (other?.name ?? (asked.beside || undefined));
  return { first, beside: beside !== undefined && beside === first ? words.draw.other(beside) : beside };
}
