import type { MapLibreEvent } from 'maplibre-gl';
import { useEffect, useRef, useState } from 'preact/hooks';
import { client } from '../api.ts';
import type { Table } from '../ask/use-catalog.ts';
import type { byPage, MapLibre } from './area-map.ts';
import { levelAt, type SizedTable } from './level-at.ts';

interface Level {
  /** The table that the map shows; undefined: there is none. */
  readonly shown: string | undefined;
  readonly choose: (table: string) => void;
}

/**
 * The table that a map shows: that of the area which is asked about, until another one is chosen or
 * somebody zooms to where the areas of another one are seen better.
 */
export function useLevel(map: MapLibre | undefined, tables: readonly Table[], area: string | undefined): Level {
  const [chosen, choose] = useState<string>();
  const zoom = useRef<number>(null);
  const [sized, setSized] = useState<readonly SizedTable[]>([]);
  useEffect(() => {
    const sizes = tables.map(async ({ id, box }) => {
      return { id, box, count: (await client.areas(id, { limit: 1 })).numberMatched };
    });
    // Without sizes, the control is there.
    Promise.all(sizes).then(setSized, () => undefined);
  }, [tables]);
  useEffect(() => choose(undefined), [area]);
  useEffect(() => {
    if (!map) return;
    zoom.current ??= map.getZoom();
    const onZoom = ({ isByPage }: MapLibreEvent & Partial<typeof byPage>) => {
      const now = map.getZoom();
      // The page itself zooms to areas. What somebody zooms while sizes are not known counts later.
      if (!isByPage && sized.length === 0) return;
      const level = levelAt(now, sized);
      if (!isByPage && level !== levelAt(zoom.current ?? now, sized)) choose(level);
      zoom.current = now;
    };
    map.on('zoom', onZoom);
    return () => void map.off('zoom', onZoom);
  }, [map, sized]);
  // The last tables have the smallest areas, which are asked about most.
  return { shown: chosen ?? area?.split('/')[0] ?? tables.at(-1)?.id, choose };
}
