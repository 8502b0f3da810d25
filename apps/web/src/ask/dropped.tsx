import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { DrawnArea } from '../asked.ts';
import { words } from '../words.ts';
import { areaIn, readAreas } from './read-areas.ts';

/** The page as a place to drop files of areas, and to paste GeoJSON. */
export function Dropped({ onArea, children }: { onArea(area: DrawnArea): void; children: ComponentChildren }) {
  const [problem, setProblem] = useState<string>();
  const take = (reading: Promise<DrawnArea>) =>
    reading.then(
      (area) => {
        setProblem(undefined);
        onArea(area);
      },
      (error: Error) => setProblem(error.message),
    );
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData('text/plain').trim() ?? '';
      const isField = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (isField || !text.startsWith('{')) return;
      void take((async () => areaIn(JSON.parse(text) as GeoJSON.GeoJSON, words.file.pasted))());
    };
    addEventListener('paste', paste);
    return () => removeEventListener('paste', paste);
  });
  return (
    <div
      class="drop"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const file = event.dataTransfer?.files[0];
        if (file) void take(readAreas(file));
      }}
    >
      {problem !== undefined && (
        <p class="problem floating" role="alert">
          {problem}
        </p>
      )}
      {children}
    </div>
  );
}
