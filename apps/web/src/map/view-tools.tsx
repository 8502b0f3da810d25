import { words } from '../words.ts';
import type { AreaMap } from './area-map.ts';

/** The buttons that zoom, and the way back to the whole map. */
export function ViewTools({ map }: { readonly map: AreaMap }) {
  const { tools } = words;
  return (
    <div class="view" role="group" aria-label={tools.label}>
      <button type="button" class="quiet" aria-label={tools.in} title={tools.in} onClick={() => map.map.zoomIn()}>
        +
      </button>
      <button type="button" class="quiet" aria-label={tools.out} title={tools.out} onClick={() => map.map.zoomOut()}>
        −
      </button>
      <button type="button" class="quiet" onClick={() => map.placeWhole()}>
        {tools.whole}
      </button>
    </div>
  );
}
