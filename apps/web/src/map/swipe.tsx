import { words } from '../words.ts';

interface SwipeProps {
  /** The names of the left side and the right side. */
  readonly names: readonly [string, string];
  /** The share of the map's width at which they meet. */
  readonly at: number;
  readonly divide: (at: number) => void;
}

/** A divider between two rasters on the map, which is dragged or moved by arrow keys. */
export function Swipe({ names: [left, right], at, divide }: SwipeProps) {
  return (
    <div class="swipe" style={{ '--at': at }}>
      <input
        type="range"
        min="0"
        max="1"
        step="0.01"
        value={at}
        aria-label={words.raster.divider(left, right)}
        aria-valuetext={words.raster.divided(left, Math.round(100 * at))}
        onInput={(event) => divide(Number(event.currentTarget.value))}
      />
      <p aria-hidden="true">
        <span>{left}</span>
        <span>{right}</span>
      </p>
    </div>
  );
}
