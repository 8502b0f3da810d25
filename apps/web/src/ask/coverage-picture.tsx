import type { Coverage } from '@cellshed/contracts';

/** The cells in a row, and the side of each. */
const [cells, side] = [6, 10];

/** The points at which the border enters the row and leaves it: the area is on its left. */
const [above, below] = [32, 48];

/** A row of cells that a border crosses, with those dark that count by a rule. */
export function CoveragePicture({ rule }: { readonly rule: Coverage }) {
  return (
    <svg class="coverage" viewBox={`-1 -1 ${cells * side + 2} ${side + 2}`} aria-hidden="true">
      {Array.from({ length: cells }, (_, index) => (
        <>
          <rect x={index * side} width={side} height={side} fill-opacity={counted(rule, index * side)} />
          {rule === 'centre' && <circle cx={(index + 0.5) * side} cy={side / 2} r="1" />}
        </>
      ))}
      <path d={`M${above} -1L${below} ${side + 1}`} />
    </svg>
  );
}

/** How much of a cell counts. */
function counted(rule: Coverage, left: number): number {
  if (rule === 'centre') return left + side / 2 < (above + below) / 2 ? 1 : 0;
  if (rule === 'touched') return left < below ? 1 : 0;
  // The mean over the cell's height of its width on the left of the border.
  const rows = Array.from({ length: 100 }, (_, i) => above + ((i + 0.5) / 100) * (below - above) - left);
  return rows.reduce((sum, width) => sum + Math.min(side, Math.max(0, width)), 0) / (100 * side);
}
