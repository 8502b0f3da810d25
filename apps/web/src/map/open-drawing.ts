import type { Corner, DrawnArea } from '../asked.ts';
import type { MapLibre } from './area-map.ts';

/** A drawing that goes on. */
export interface OpenedDrawing {
  /** Adds a corner. */
  add(corner: Corner): void;
  /** Removes the last corner. */
  remove(): void;
  close(): void;
}

interface DrawingOptions {
  readonly onCorners: (corners: readonly Corner[]) => void;
  readonly onFinish: (area: DrawnArea) => void;
}

/**
 * Opens the drawing of a polygon on a map. The drawing library is loaded when it is first used.
 * Corners that are set by keyboard go the way of those that are clicked.
 */
export function openDrawing(map: MapLibre, { onCorners, onFinish }: DrawingOptions): OpenedDrawing {
  let close = () => undefined as void;
  let isOpen = true;
  const press = (point: { x: number; y: number }) => {
    const canvas = map.getCanvas();
    const { left, top } = canvas.getBoundingClientRect();
    const init = {
      bubbles: true,
      clientX: left + point.x,
      clientY: top + point.y,
      button: 0,
      pointerId: 1,
      isPrimary: true,
    };
    for (const type of ['pointermove', 'pointerdown', 'pointerup']) canvas.dispatchEvent(new PointerEvent(type, init));
  };
  let undo = () => undefined as void;
  void Promise.all([import('terra-draw'), import('terra-draw-maplibre-gl-adapter')]).then(
    ([{ TerraDraw, TerraDrawModeUndoRedo, TerraDrawPolygonMode }, { TerraDrawMapLibreGLAdapter }]) => {
      if (!isOpen) return;
      const polygon = new TerraDrawPolygonMode({ pointerDistance: 12, keyEvents: null, showCoordinatePoints: true });
      const draw = new TerraDraw({
        adapter: new TerraDrawMapLibreGLAdapter({ map }),
        modes: [polygon],
        undoRedo: { modeLevel: new TerraDrawModeUndoRedo() },
      });
      const polygonNow = () => draw.getSnapshot().find(({ geometry }) => geometry.type === 'Polygon');
      const ringOf = (found: ReturnType<typeof polygonNow>) =>
        (found?.geometry.coordinates as GeoJSON.Position[][] | undefined)?.[0] ?? [];
      draw.start();
      draw.setMode('polygon');
      // While it is drawn, the ring goes on with the pointer and its first corner.
      draw.on('change', () => {
        const found = polygonNow();
        const count = Number(found?.properties['committedCoordinateCount'] ?? 0);
        onCorners(ringOf(found).slice(0, count) as unknown as Corner[]);
      });
      draw.on('finish', () => {
        const coordinates = ringOf(polygonNow());
        if (coordinates.length >= 4) onFinish({ geometry: { type: 'Polygon', coordinates: [coordinates] } });
      });
      undo = () => void draw.undo();
      close = () => draw.stop();
    },
  );
  return {
    add: (corner) => press(map.project(corner as [number, number])),
    remove: () => undo(),
    close: () => {
      isOpen = false;
      close();
    },
  };
}
