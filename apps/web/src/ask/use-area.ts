import { useEffect, useState } from 'preact/hooks';
import { client } from '../api.ts';

export interface KnownArea {
  readonly area: string;
  readonly name: string;
  readonly feature: GeoJSON.Feature;
}

const known = new Map<string, Promise<KnownArea>>();

async function readArea(area: string): Promise<KnownArea> {
  const feature = await client.area(area);
  return { area, feature: feature as GeoJSON.Feature, name: String(feature.properties.name ?? feature.id) };
}

/** A well-known area with its name and outline; undefined until it is read. */
export function useArea(area: string | undefined): KnownArea | undefined {
  const [found, setFound] = useState<KnownArea>();
  useEffect(() => {
    if (!area) return;
    let isWanted = true;
    const reading = known.get(area) ?? readArea(area);
    known.set(area, reading);
    reading.then(
      (one) => isWanted && setFound(one),
      () => known.delete(area),
    );
    return () => {
      isWanted = false;
    };
  }, [area]);
  return found?.area === area ? found : undefined;
}
