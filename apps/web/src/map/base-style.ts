import type { SourceSpecification, StyleSpecification } from 'maplibre-gl';
import type { LandingPage } from '../api.ts';

/**
 * The style that lies under the areas: nothing, so that the page is seen through the map, or the
 * map of another server that is configured.
 */
export async function baseStyle(baseMap: LandingPage['baseMap']): Promise<StyleSpecification> {
  if (!baseMap) return { version: 8, sources: {}, layers: [] };
  const { type, url, attribution } = baseMap;
  if (type === 'style') {
    const response = await fetch(url).catch(() => undefined);
    // Without its map, the page still has areas and answers.
    return response?.ok ? ((await response.json()) as StyleSpecification) : baseStyle(undefined);
  }
  const source: SourceSpecification = {
    type: 'raster',
    tiles: [url],
    tileSize: 256,
    ...(attribution && { attribution }),
  };
  return { version: 8, sources: { base: source }, layers: [{ id: 'base', type: 'raster', source: 'base' }] };
}
