import { withUnits } from '../answer/document.ts';
import { Swatch } from '../answer/figures-table.tsx';
import { figure } from '../answer/numbers.ts';
import type { MappedRaster } from '../api.ts';
import { usePaper } from '../theme.tsx';
import { words } from '../words.ts';

interface LegendProps {
  readonly raster: MappedRaster;
}

/** The meaning of a raster's colours, to be opened: an answer has its classes, too. */
export function Legend({ raster }: LegendProps) {
  if (raster.ramp) return <Scale raster={raster} />;
  if (!raster.legend) return null;
  return (
    <details class="legend">
      <summary>{words.raster.legend}</summary>
      <Classes raster={raster} />
    </details>
  );
}

/** The same on the sheet, as long as there is no answer. */
export function StartLegend({ raster }: LegendProps) {
  return (
    <section class="legend" aria-label={words.raster.legend}>
      <h2>{words.raster.shown(raster.title)}</h2>
      <Scale raster={raster} />
      <Classes raster={raster} />
    </section>
  );
}

/** The colours of a raster without classes, from the least value to the greatest. */
function Scale({ raster: { title, ramp, units } }: LegendProps) {
  if (!ramp) return null;
  const [least, most] = [ramp.least, ramp.most].map((one) => withUnits(figure(one), units)) as [string, string];
  return (
    <div class="ramp">
      <span
        role="img"
        aria-label={`${title}: ${least} – ${most}`}
        style={{ background: `linear-gradient(to right, ${ramp.colors.join()})` }}
      />
      <small>{words.raster.least(least)}</small>
      <small>{words.raster.most(most)}</small>
    </div>
  );
}

/** The classes of a raster with their colours. */
function Classes({ raster: { legend } }: LegendProps) {
  const paper = usePaper();
  return (
    <ul>
      {legend?.map(({ value, label, color }) => (
        <li key={value}>
          {color && <Swatch fill={{ color, pattern: 0 }} paper={paper} />}
          {label ?? value}
        </li>
      ))}
    </ul>
  );
}
