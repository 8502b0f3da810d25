import type { Unit } from '../asked.ts';
import { words } from '../words.ts';
import { comparedFigures, differenceInWords } from './compared.ts';
import type { FillOf, LabelledDocument } from './document.ts';
import { figuresOf } from './figures.ts';
import { FiguresTable } from './figures-table.tsx';

/** The answer of an area, and the area's name. */
export interface NamedDocument {
  readonly name: string;
  readonly document: LabelledDocument;
}

interface ComparedProps {
  readonly documents: readonly NamedDocument[];
  /** Whether the last is another area, and not one that has the first in it. */
  readonly isOther: boolean;
  readonly unit: Unit;
  readonly fillOf: FillOf;
}

/** The figures of several areas in one table, and what differs most in words. */
export function Compared({ documents, isOther, unit, fillOf }: ComparedProps) {
  const options = { unit, unitTitle: words.unit[unit], fillOf };
  const tables = documents.map(({ name, document }) => ({ name, figures: figuresOf(document, options) }));
  const [first, last] = [documents[0], documents.at(-1)];
  const said = isOther && first && last && differenceInWords(first.document, last.document);
  return (
    <section class="compared" aria-label={words.compare.heading}>
      {said && <p class="summary">{said}</p>}
      <FiguresTable caption={words.compare.heading} figures={comparedFigures(tables, isOther)} />
    </section>
  );
}
