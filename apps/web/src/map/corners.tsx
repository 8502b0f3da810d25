import { useEffect, useRef, useState } from 'preact/hooks';
import type { Corner } from '../asked.ts';
import { words } from '../words.ts';
import type { MapLibre } from './area-map.ts';

interface CornersProps {
  readonly map: MapLibre;
  readonly corners: readonly Corner[];
  /** `isMoving`: they are moved further, which is one change. */
  readonly change: (corners: readonly Corner[], isMoving?: boolean) => void;
  readonly remove: (index: number) => void;
  readonly chosen: number;
  readonly choose: (index: number) => void;
}

/** The pixels by which an arrow key moves a corner, and with Shift. */
const [step, smallStep] = [10, 1];

const arrows: Readonly<Record<string, readonly [number, number]>> = {
  ...{ ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] },
};

/** The corners of an area on a map, and the points between them, as buttons. */
export function Corners({ map, corners, change, remove, chosen, choose }: CornersProps) {
  const overlay = useRef<HTMLDivElement>(null);
  const [, setMoves] = useState(0);
  useEffect(() => {
    const onMove = () => setMoves((moves) => moves + 1);
    map.on('move', onMove);
    return () => void map.off('move', onMove);
  }, [map]);
  const project = (corner: Corner) => map.project(corner as [number, number]);
  const at = (x: number, y: number): Corner => map.unproject([x, y]).wrap().toArray() as unknown as Corner;
  const moved = (index: number, to: Corner) => corners.map((corner, i) => (i === index ? to : corner));
  const middle = (index: number): Corner => {
    const [one, other] = [corners[index], corners[(index + 1) % corners.length]] as [Corner, Corner];
    const [p, q] = [project(one), project(other)];
    return at((p.x + q.x) / 2, (p.y + q.y) / 2);
  };
  const focus = (index: number) => {
    choose(index);
    requestAnimationFrame(() => overlay.current?.querySelectorAll<HTMLElement>('.corner').item(index)?.focus());
  };
  const add = (index: number) => {
    const added = corners.toSpliced(index + 1, 0, middle(index));
    change(added);
    focus(index + 1);
    return added;
  };

  /** Follows the pointer until it is up. */
  const drag = (event: PointerEvent, index: number, from: readonly Corner[], isNew: boolean) => {
    if (event.button !== 0) return;
    const box = map.getContainer().getBoundingClientRect();
    let isMoving = isNew;
    const onMove = ({ clientX, clientY }: PointerEvent) => {
      const to = at(clientX - box.left, clientY - box.top);
      change(
        from.map((corner, i) => (i === index ? to : corner)),
        isMoving,
      );
      isMoving = true;
    };
    const onEnd = () => {
      removeEventListener('pointermove', onMove);
      for (const type of ['pointerup', 'pointercancel']) removeEventListener(type, onEnd);
    };
    addEventListener('pointermove', onMove);
    for (const type of ['pointerup', 'pointercancel']) addEventListener(type, onEnd);
  };
  const onKey = (event: KeyboardEvent, index: number) => {
    const arrow = arrows[event.key];
    if (arrow) {
      const by = event.shiftKey ? smallStep : step;
      const { x, y } = project(corners[index] as Corner);
      change(moved(index, at(x + by * arrow[0], y + by * arrow[1])), event.repeat);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      remove(index);
      focus(Math.max(0, Math.min(index, corners.length - 2)));
    } else return;
    event.preventDefault();
  };
  const placed = (corner: Corner) => {
    const { x, y } = project(corner);
    return { left: `${x}px`, top: `${y}px` };
  };
  return (
    <div class="corners" ref={overlay}>
      {corners.flatMap((corner, index) => [
        <button
          key={`corner-${index}`}
          type="button"
          class="corner"
          aria-label={words.draw.corner(index + 1, corners.length, corner)}
          aria-pressed={index === chosen}
          style={placed(corner)}
          onFocus={() => choose(index)}
          onKeyDown={(event) => onKey(event, index)}
          onPointerDown={(event) => drag(event, index, corners, false)}
        />,
        <button
          key={`between-${index}`}
          type="button"
          class="between"
          aria-label={words.draw.between(index + 1, ((index + 1) % corners.length) + 1)}
          style={placed(middle(index))}
          // A pointer adds it when it is down, so that it can be dragged on.
          onClick={(event) => event.detail === 0 && add(index)}
          onPointerDown={(event) => event.button === 0 && drag(event, index + 1, add(index), true)}
        />,
      ])}
    </div>
  );
}
