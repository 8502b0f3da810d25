import { useEffect, useState } from 'preact/hooks';
import { client } from '../api.ts';

export interface KnownArea {
  readonly area: string;
  readonly name: string;
  readonly feature: GeoJSON.Feature;
  readonly links: readonly { readonly rel: string; readonly href: string; readonly title?: string }[];
}

const known = new Map<string, Promise<KnownArea>>();

async function readArea(area: string): Promise<KnownArea> {
  const { links = [], ...feature } = await client.area(area);
  const name = String(feature.properties.name ?? feature.id);
  return { area, feature: feature as GeoJSON.Feature, name, links };
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
