import { words } from '../words.ts';
import type { LabelledDocument } from './document.ts';

/** The rasters that were counted: their titles, versions, dates and citations. */
export function Sources({ documents }: { readonly documents: readonly LabelledDocument[] }) {
  const sources = new Map(documents.flatMap(({ sources: own = [] }) => own.map((one) => [one.raster, one] as const)));
  return (
    <footer class="sources">
      <h2>{words.answer.sources}</h2>
      <ul>
        {[...sources.values()].map(({ raster, title, version, date, citation }) => (
          <li key={raster}>
            {[title, version && words.answer.version(version), date, citation].filter(Boolean).join(' · ')}
          </li>
        ))}
      </ul>
    </footer>
  );
}
