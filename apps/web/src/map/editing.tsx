import { useEffect, useState } from 'preact/hooks';
import { type Corner, cornersOf, type DrawnArea, drawnArea } from '../asked.ts';
import { words } from '../words.ts';
import type { AreaMap } from './area-map.ts';
import { Corners } from './corners.tsx';
import { DrawnSize, type Measures } from './drawn-size.tsx';

interface EditingProps extends Measures {
  readonly map: AreaMap;
  readonly area: DrawnArea;
  readonly drawn: (area: DrawnArea) => void;
  readonly cancel: () => void;
}

/** Changes the corners of an area of one ring. */
export function Editing({ map, area, drawn, cancel, ...measures }: EditingProps) {
  const [history, setHistory] = useState<readonly (readonly Corner[])[]>([cornersOf(area) ?? []]);
  const [chosen, setChosen] = useState(0);
  const corners = history.at(-1) as readonly Corner[];
  const { draw } = words;
  useEffect(() => map.outline(drawnArea(corners).geometry), [map, corners]);
  // The tools lie on the map.
  useEffect(() => map.place(), [map]);
  const undo = () => setHistory((all) => (all.length > 1 ? all.slice(0, -1) : all));
  const change = (to: readonly Corner[], isMoving = false) =>
    setHistory((all) => [...(isMoving ? all.slice(0, -1) : all), to]);
  const remove = (index: number) => {
    if (corners.length <= 3) return;
    change(corners.filter((_, i) => i !== index));
    setChosen(Math.min(index, corners.length - 2));
  };
  const done = () => drawn({ ...area, ...drawnArea(corners) });
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === 'Escape') cancel();
      else if (event.key === 'z' && (event.ctrlKey || event.metaKey)) undo();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [cancel]);
  return (
    <div class="drawing">
      <div class="tools" role="toolbar" aria-label={draw.change}>
        <DrawnSize corners={corners} {...measures} />
        <button type="button" onClick={done}>
          {draw.done}
        </button>
        <button type="button" class="quiet" disabled={corners.length <= 3} onClick={() => remove(chosen)}>
          {draw.removeOne}
        </button>
        <button type="button" class="quiet" disabled={history.length === 1} onClick={undo}>
          {draw.undone}
        </button>
        <button type="button" class="quiet" onClick={cancel}>
          {draw.leave}
        </button>
        <details>
          <summary>{draw.how}</summary>
          {draw.changeHelp}
        </details>
      </div>
      <Corners {...{ map: map.map, corners, change, remove, chosen, choose: setChosen }} />
    </div>
  );
}
