import { useEffect, useState } from 'preact/hooks';
import { client } from '../api.ts';
import { tableAndId } from './area-links.ts';

/** The most areas that a map shows, and those of a page. */
const [mostAreas, pageSize] = [2000, 200];

const none: readonly GeoJSON.Feature[] = [];

/** An area and all that drain into it, with their outlines; none where they are too many. */
export function useUpstream(area: string | undefined): readonly GeoJSON.Feature[] {
  const [found, setFound] = useState<{ readonly area: string; readonly areas: readonly GeoJSON.Feature[] }>();
  useEffect(() => {
    if (area === undefined) return;
    const aborting = new AbortController();
    readUpstream(area, aborting.signal).then(
      (areas) => setFound({ area, areas }),
      () => undefined,
    );
    return () => aborting.abort('another area');
  }, [area]);
  return found?.area === area ? (found?.areas ?? none) : none;
}

async function readUpstream(area: string, signal: AbortSignal): Promise<readonly GeoJSON.Feature[]> {
  const { table, id } = tableAndId(area);
  const areas: GeoJSON.Feature[] = [];
  for (let matched = 1; areas.length < matched; ) {
    const query = { upstreamOf: id, limit: pageSize, offset: areas.length };
    const { features, numberMatched } = await client.areas(table, query, { signal });
    matched = numberMatched;
    if (matched > mostAreas || features.length === 0) return none;
    areas.push(...(features as GeoJSON.Feature[]));
  }
  return areas;
}
