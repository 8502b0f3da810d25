import type { SourceSpecification, StyleSpecification } from 'maplibre-gl';
import type { LandingPage } from '../api.ts';
import { color } from './colors.ts';

/** The layer that has the colour of the page; a style of another server may not have it. */
export const paper = 'paper';

/** The style that lies under the areas: paper, or the map of another server that is configured. */
export async function baseStyle(baseMap: LandingPage['baseMap']): Promise<StyleSpecification> {
  const background = { id: paper, type: 'background', paint: { 'background-color': color('--map') } } as const;
  if (!baseMap) return { version: 8, sources: {}, layers: [background] };
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
  return {
    version: 8,
    sources: { base: source },
    layers: [background, { id: 'base', type: 'raster', source: 'base' }],
  };
}
