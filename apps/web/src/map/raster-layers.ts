import type { CustomLayerInterface, Map as MapLibre, RasterTileSource } from 'maplibre-gl';
import { base, type MappedRaster } from '../api.ts';

/** The rasters under the areas of a map. */
export interface RasterLayers {
  /** Shows none, one, or two: the first on the left of a divider, the second on the right. */
  show(rasters: readonly MappedRaster[], opacity: number): void;
  /** Moves the divider to a share of the map's width. */
  divide(at: number): void;
}

const sides = ['left', 'right'] as const;
type Side = (typeof sides)[number];

/** Adds rasters to a map, below the layer of this name. */
export function addRasterLayers(map: MapLibre, above: string): RasterLayers {
  let shown: readonly MappedRaster[] = [];
  let divider = 0.5;
  const isDivided = () => shown.length > 1;
  // Each side is clipped to its part of the canvas; what is drawn after them is not.
  map.addLayer(
    clip('clip-left', () => (isDivided() ? [0, divider] : undefined)),
    above,
  );
  map.addLayer(
    clip('clip-right', () => (isDivided() ? [divider, 1] : undefined)),
    above,
  );
  map.addLayer(
    clip('clip-end', () => undefined),
    above,
  );
  return {
    show: (rasters, opacity) => {
      for (const [index, side] of sides.entries()) {
        const [before, raster] = [shown[index], rasters[index]];
        if (raster?.id !== before?.id) replace(side, before, raster);
        if (raster) map.setPaintProperty(`raster-${side}`, 'raster-opacity', opacity);
      }
      shown = rasters;
      map.triggerRepaint();
    },
    divide: (at) => {
      divider = at;
      map.triggerRepaint();
    },
  };

  function replace(side: Side, before: MappedRaster | undefined, raster: MappedRaster | undefined): void {
    const id = `raster-${side}`;
    if (before && raster && placeOf(before) === placeOf(raster)) {
      // The pictures before stay until those after have come.
      map.getSource<RasterTileSource>(id)?.setTiles([tilesOf(raster)]);
      return;
    }
    if (before) {
      map.removeLayer(id);
      map.removeSource(id);
    }
    if (!raster) return;
    const { bbox, minzoom, maxzoom } = raster;
    map.addSource(id, {
      ...{ type: 'raster', tiles: [tilesOf(raster)], tileSize: 256 },
      ...(minzoom !== undefined && { minzoom }),
      ...(maxzoom !== undefined && { maxzoom }),
      ...(bbox && { bounds: bbox as [number, number, number, number] }),
    });
    const paint = { 'raster-resampling': 'nearest', 'raster-fade-duration': 0 } as const;
    map.addLayer({ id, type: 'raster', source: id, paint }, side === 'left' ? 'clip-right' : 'clip-end');
  }
}

/** The URL of a raster's pictures. That of a gateway without a name begins with the path. */
function tilesOf({ tiles: { href } }: MappedRaster): string {
  return href.startsWith('/') ? `${new URL(base).origin}${href}` : href;
}

function placeOf({ bbox, minzoom, maxzoom }: MappedRaster): string {
  return JSON.stringify([bbox, minzoom, maxzoom]);
}

/**
 * A layer that draws nothing, and clips those after it to a part of the canvas' width; undefined:
 * to all of it. The map itself sets no scissors.
 */
function clip(id: string, part: () => readonly [from: number, to: number] | undefined): CustomLayerInterface {
  return {
    ...{ id, type: 'custom' },
    render: (gl) => {
      const [from, to] = part() ?? [];
      if (from === undefined || to === undefined) return gl.disable(gl.SCISSOR_TEST);
      const [left, right] = [from, to].map((at) => Math.round(at * gl.drawingBufferWidth)) as [number, number];
      gl.enable(gl.SCISSOR_TEST);
      gl.scissor(left, 0, right - left, gl.drawingBufferHeight);
    },
  };
}
