import { useEffect, useRef, useState } from 'preact/hooks';
import { useArea } from '../ask/use-area.ts';
import type { Catalog } from '../ask/use-catalog.ts';
import type { Asked, DrawnArea } from '../asked.ts';
import { words } from '../words.ts';
import type { AreaMap } from './area-map.ts';
import { Drawing } from './drawing.tsx';

export interface MapViewProps {
  readonly asked: Asked;
  readonly change: (part: Partial<Asked>) => void;
  readonly catalog: Catalog;
  readonly pick: (area: string) => void;
  readonly drawn: (area: DrawnArea) => void;
  readonly isDrawing: boolean;
  readonly setDrawing: (isDrawing: boolean) => void;
}

/** The map of well-known areas, the area that is asked about and what is drawn. */
export function MapView({ asked, change, catalog, pick, drawn, isDrawing, setDrawing }: MapViewProps) {
  const container = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<AreaMap>();
  const [table, setTable] = useState<string>();
  const [name, setName] = useState<string>();
  const [isCrowd, setCrowd] = useState(false);
  const [opacity, setOpacity] = useState(0.8);
  const area = useArea(asked.area);
  const beside = useArea(asked.beside);
  const { tables, mapped } = catalog;
  const raster = mapped.find(({ id }) => id === asked.raster);
  // The last tables have the smallest areas, which are asked about most.
  const shown = table ?? asked.area?.split('/')[0] ?? tables.at(-1)?.id;

  useEffect(() => {
    let isWanted = true;
    let opened: AreaMap | undefined;
    void import('./area-map.ts').then(({ openMap }) => {
      if (!isWanted || !container.current) return;
      opened = openMap(container.current);
      setMap(opened);
    });
    return () => {
      isWanted = false;
      opened?.close();
    };
  }, []);
  useEffect(() => map?.showTables(tables, shown), [map, tables, shown]);
  useEffect(() => map?.onPick(isDrawing ? undefined : pick), [map, pick, isDrawing]);
  useEffect(() => map?.onHover(setName), [map]);
  useEffect(() => map?.onCrowd(setCrowd), [map]);
  useEffect(() => {
    const geometry = asked.drawn?.geometry ?? area?.feature.geometry;
    map?.showArea('first', geometry);
  }, [map, asked.drawn, area]);
  useEffect(() => map?.showArea('beside', beside?.feature.geometry), [map, beside]);
  useEffect(() => map?.showRaster(raster, opacity), [map, raster, opacity]);

  return (
    <section class="map" aria-label={words.map}>
      <div class="canvas" ref={container} />
      {name !== undefined && !isDrawing && <p class="hover">{name}</p>}
      {isCrowd && (
        <p class="hover" role="status">
          {words.find.tooMany(tables.find(({ id }) => id === shown)?.title ?? '')}
        </p>
      )}
      <div class="controls">
        {tables.length > 1 && (
          <fieldset class="levels">
            <legend class="unseen">{words.map}</legend>
            {tables.map(({ id, title }) => (
              <label key={id}>
                <input type="radio" name="table" checked={shown === id} onChange={() => setTable(id)} />
                <span>{title}</span>
              </label>
            ))}
          </fieldset>
        )}
        <label class="raster">
          <span>{words.raster.show}</span>
          <select
            value={asked.raster ?? ''}
            onChange={(event) => change({ raster: event.currentTarget.value || undefined })}
          >
            <option value="">{words.raster.none}</option>
            {mapped.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
        {asked.raster !== undefined && (
          <label class="raster">
            <span>{words.raster.opacity}</span>
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
      </div>
      {map && isDrawing && <Drawing {...{ map, drawn }} cancel={() => setDrawing(false)} />}
    </section>
  );
}
