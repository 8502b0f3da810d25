import { useEffect, useState } from 'preact/hooks';
import type { Parameter } from '../operations.ts';
import { words } from '../words.ts';
import type { MapLibre } from './area-map.ts';

interface StepsProps {
  readonly parameter: Parameter;
  readonly value: string;
  readonly choose: (value: string) => void;
  /** The map that shows each value; undefined: it is not open yet. */
  readonly map: MapLibre | undefined;
}

/** The time for which each value is looked at. */
const paceMilliseconds = 1200;

/** Steps through the values of a parameter, such as the years, and plays them one after the other. */
export function Steps({ parameter: { title, values }, value, choose, map }: StepsProps) {
  const [isPlaying, setPlaying] = useState(false);
  const at = values.indexOf(value);
  const isLast = at === values.length - 1;
  const step = (by: number) => choose(values[at + by] as string);
  const hasMotion = !matchMedia('(prefers-reduced-motion: reduce)').matches;
  useEffect(() => {
    if (!isPlaying) return;
    if (isLast) return setPlaying(false);
    let isWanted = true;
    const timer = setTimeout(async () => {
      // A value whose picture has not come yet would not be seen.
      if (map && !map.areTilesLoaded()) await map.once('idle');
      if (isWanted) step(1);
    }, paceMilliseconds);
    return () => {
      isWanted = false;
      clearTimeout(timer);
    };
  }, [isPlaying, value, values, map]);
  const play = () => {
    if (isLast) choose(values[0] as string);
    setPlaying(!isPlaying);
  };
  const { steps } = words;
  return (
    <div class="steps" role="group" aria-label={title}>
      <button type="button" class="quiet" disabled={at <= 0} aria-label={steps.before(title)} onClick={() => step(-1)}>
        ‹
      </button>
      <output aria-live={isPlaying ? 'off' : 'polite'}>{value}</output>
      <button type="button" class="quiet" disabled={isLast} aria-label={steps.after(title)} onClick={() => step(1)}>
        ›
      </button>
      {hasMotion && (
        <button type="button" class="quiet" onClick={play}>
          {isPlaying ? steps.pause : steps.play}
        </button>
      )}
    </div>
  );
}
