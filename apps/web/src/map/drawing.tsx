import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { type Corner, type DrawnArea, drawnArea } from '../asked.ts';
import { words } from '../words.ts';
import type { AreaMap } from './area-map.ts';
import { DrawnSize, type Measures } from './drawn-size.tsx';
import { type OpenedDrawing, openDrawing } from './open-drawing.ts';

interface DrawingProps extends Measures {
  readonly map: AreaMap;
  readonly drawn: (area: DrawnArea) => void;
  readonly cancel: () => void;
}

/** Draws an area: by pointer, or by keyboard with a cross in the middle of the map. */
export function Drawing({ map, drawn, cancel, ...measures }: DrawingProps) {
  const [corners, setCorners] = useState<readonly Corner[]>([]);
  const drawing = useRef<OpenedDrawing>(null);
  const [hasKeys, setKeys] = useState(false);
  const { draw } = words;
  // Whoever sees that an area is drawn has the keys on the map already, and not on the button.
  useLayoutEffect(() => {
    const opened = openDrawing(map.map, { onCorners: setCorners, onFinish: drawn });
    drawing.current = opened;
    map.map.getCanvas().focus();
    setKeys(map.map.getCanvas().matches(':focus-visible'));
    return () => opened.close();
  }, [map, drawn]);
  const finish = () => {
    if (corners.length >= 3) drawn(drawnArea(corners));
  };
  useEffect(() => {
    const keys: Readonly<Record<string, () => void>> = {
      Enter: () => drawing.current?.add(map.map.getCenter().toArray() as unknown as Corner),
      Backspace: () => drawing.current?.remove(),
      Escape: cancel,
      f: finish,
    };
    const onKey = (event: KeyboardEvent) => {
      if (!(event.target instanceof HTMLCanvasElement)) return;
      setKeys(true);
      if (!keys[event.key]) return;
      keys[event.key]?.();
      event.preventDefault();
      event.stopPropagation();
    };
    addEventListener('keydown', onKey, { capture: true });
    return () => removeEventListener('keydown', onKey, { capture: true });
  });
  return (
    <div class="drawing">
      {hasKeys && (
        <svg class="cross" viewBox="0 0 24 24" aria-hidden="true">
          <path d="M12 2v20M2 12h20" />
        </svg>
      )}
      <div class="tools" role="toolbar" aria-label={draw.begin}>
        <DrawnSize corners={corners} {...measures} />
        <button type="button" disabled={corners.length < 3} onClick={finish}>
          {draw.end}
        </button>
        <button type="button" class="quiet" disabled={corners.length === 0} onClick={() => drawing.current?.remove()}>
          {draw.undo}
        </button>
        <button type="button" class="quiet" onClick={cancel}>
          {draw.cancel}
        </button>
        <details>
          <summary>{draw.how}</summary>
          {draw.help}
        </details>
      </div>
    </div>
  );
}
