import { useCallback, useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { DrawingModes } from '../ask/own-area.tsx';
import { useArea } from '../ask/use-area.ts';
import type { Catalog } from '../ask/use-catalog.ts';
import type { AreaNames } from '../ask/use-names.ts';
import { readService, useService } from '../ask/use-service.ts';
import { useUpstream } from '../ask/use-upstream.ts';
import type { Asked, DrawnArea } from '../asked.ts';
import { words } from '../words.ts';
import type { AreaMap } from './area-map.ts';
import { Drawing } from './drawing.tsx';
import { Editing } from './editing.tsx';
import { Legend } from './legend.tsx';
import { RasterControl } from './raster-control.tsx';
import { shownRasters } from './shown-rasters.ts';
import { Steps } from './steps.tsx';
import { Swipe } from './swipe.tsx';
import { useLevel } from './use-level.ts';
import { ViewTools } from './view-tools.tsx';

export interface MapViewProps extends DrawingModes {
  readonly asked: Asked;
  readonly change: (part: Partial<Asked>) => void;
  readonly catalog: Catalog;
  readonly pick: (area: string) => void;
  readonly drawn: (area: DrawnArea) => void;
  readonly names: AreaNames;
}

/** Whether the map is beside the sheet, and not above it. */
const isWide = matchMedia('(min-width: 960px)').matches;

/** The map of well-known areas, the area that is asked about and what is drawn. */
export function MapView({ asked, change, catalog, pick, drawn, drawing, setDrawing, names }: MapViewProps) {
  const container = useRef<HTMLDivElement>(null);
  const [map, setMap] = useState<AreaMap>();
  const [name, setName] = useState<string>();
  const [isCrowd, setCrowd] = useState(false);
  const [opacity, setOpacity] = useState(0.8);
  const area = useArea(asked.area);
  const beside = useArea(asked.beside || undefined);
  const upstream = useUpstream(asked.upstream ? asked.area : undefined);
  const isPair = names.beside !== undefined;
  const { tables, mapped, operation, parameters } = catalog;
  const [divider, setDivider] = useState(0.5);
  const rasters = useMemo(
    () => shownRasters(asked, { mapped, operation, parameters }),
    [...[asked.raster, asked.choices, mapped, operation]],
  );
  const choices = rasters.length === 1 ? rasters[0]?.choices : undefined;
  const stepped = parameters.find(({ name: one, values }) => choices && one in choices && values.length > 1);
  const measures = { unit: asked.unit, limits: useService()?.limits, raster: rasters[0]?.raster };
  const cancel = useCallback(() => setDrawing(undefined), [setDrawing]);
  const [left, right] = rasters.map(({ name: one }) => one);
  const { shown, choose } = useLevel(map?.map, tables, asked.area);

  useEffect(() => {
    let isWanted = true;
    let opened: AreaMap | undefined;
    const open = async () => {
      const [{ openMap }, service] = await Promise.all([import('./area-map.ts'), readService()]);
      if (!isWanted || !container.current) return;
      const openedMap = await openMap(container.current, service?.baseMap);
      if (!isWanted) return openedMap.close();
      opened = openedMap;
      setMap(opened);
    };
    void open();
    return () => {
      isWanted = false;
      opened?.close();
    };
  }, []);
  useEffect(() => map?.showTables(tables, shown), [map, tables, shown]);
  useEffect(() => map?.onPick(drawing ? undefined : pick), [map, pick, drawing]);
  useEffect(() => map?.onHover(setName), [map]);
  useEffect(() => map?.onCrowd(setCrowd), [map]);
  useEffect(() => {
    const geometry = asked.drawn?.geometry ?? area?.feature.geometry;
    if (drawing !== 'corners') map?.showArea('first', geometry, isPair ? names.first : undefined);
  }, [map, asked.drawn, area, drawing, isPair, names.first]);
  useEffect(
    () => map?.showArea('beside', asked.besideDrawn?.geometry ?? beside?.feature.geometry, names.beside),
    [map, asked.besideDrawn, beside, names.beside],
  );
  useEffect(() => map?.showUpstream(upstream), [map, upstream]);
  useEffect(() => map?.measureIn(asked.unit), [map, asked.unit]);
  useEffect(
    () =>
      map?.showRasters(
        rasters.map(({ raster }) => raster),
        opacity,
      ),
    [map, rasters, opacity],
  );
  useEffect(() => map?.divide(divider), [map, divider]);
  // The panel has become larger.
  useEffect(() => map?.placeAgain(), [map, rasters.length > 0, tables.length]);

  return (
    <section class="map" aria-label={words.map}>
      <div class="canvas" ref={container} />
      {left !== undefined && right !== undefined && !drawing && (
        <Swipe names={[left, right]} at={divider} divide={setDivider} />
      )}
      {stepped && choices && !drawing && (
        <Steps
          map={map?.map}
          parameter={stepped}
          value={choices[stepped.name] as string}
          choose={(value) => change({ choices: { ...asked.choices, [stepped.name]: value } })}
        />
      )}
      {name !== undefined && !drawing && <p class="hover">{name}</p>}
      {isCrowd && (
        <p class="hover" role="status">
          {words.find.tooMany(tables.find(({ id }) => id === shown)?.title ?? '')}
        </p>
      )}
      {map && <ViewTools map={map} />}
      <details class="controls" open={isWide && !drawing && !isPair && !asked.upstream}>
        <summary>{words.layers}</summary>
        {tables.length > 1 && (
          <fieldset class="levels">
            <legend class="unseen">{words.levels}</legend>
            {tables.map(({ id, title }) => (
              <label key={id}>
                <input type="radio" name="table" checked={shown === id} onChange={() => choose(id)} />
                <span>{title}</span>
              </label>
            ))}
          </fieldset>
        )}
        <RasterControl
          {...{ mapped, opacity, setOpacity }}
          chosen={asked.raster}
          choose={(raster) => change({ raster })}
          isShown={rasters.length > 0}
        />
        {rasters[0] && <Legend raster={rasters[0].raster} />}
      </details>
      {map && drawing === 'new' && <Drawing {...{ map, drawn, cancel, ...measures }} />}
      {map && drawing === 'corners' && asked.drawn && (
        <Editing {...{ map, drawn, cancel, ...measures }} area={asked.drawn} />
      )}
    </section>
  );
}
