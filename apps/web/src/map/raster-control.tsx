import type { MappedRaster } from '../api.ts';
import type { Asked } from '../asked.ts';
import { words } from '../words.ts';

interface RasterControlProps {
  readonly chosen: Asked['raster'];
  readonly choose: (raster: Asked['raster']) => void;
  readonly mapped: readonly MappedRaster[];
  readonly isShown: boolean;
  readonly opacity: number;
  readonly setOpacity: (opacity: number) => void;
}

/** No raster's name is so: names of rasters are not empty. */
const [none, asAsked] = ['', ' '];

/** Chooses the raster under the areas, and how much of it shows. */
export function RasterControl({ chosen, choose, mapped, isShown, opacity, setOpacity }: RasterControlProps) {
  const { raster } = words;
  const onChange = (value: string) => choose(value === asAsked ? undefined : value === none ? null : value);
  return (
    <>
      <label class="raster">
        <span class="unseen">{raster.show}</span>
        <select
          value={chosen === undefined ? asAsked : (chosen ?? none)}
          onChange={(event) => onChange(event.currentTarget.value)}
        >
          <option value={asAsked}>{raster.asked}</option>
          <option value={none}>{raster.none}</option>
          {mapped.map(({ id, title }) => (
            <option key={id} value={id}>
              {title}
            </option>
          ))}
        </select>
      </label>
      {isShown && (
        <label class="raster">
          <span>{raster.opacity}</span>
          <input
            type="range"
            min="0"
            max="1"
            step="0.05"
            value={opacity}
            onInput={(event) => setOpacity(Number(event.currentTarget.value))}
          />
        </label>
      )}
    </>
  );
}
