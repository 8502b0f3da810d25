import { useId, useState } from 'preact/hooks';
import { type Asked, cornersOf, mostCorners } from '../asked.ts';
import { words } from '../words.ts';
import { readFile, readText } from './read-areas.ts';
import type { Files } from './use-files.ts';

/** The work on the map: a new area is drawn, or the corners of the present one change. */
export type DrawingMode = 'new' | 'corners';

export interface DrawingModes {
  /** Undefined: nothing is drawn. */
  readonly drawing: DrawingMode | undefined;
  readonly setDrawing: (mode: DrawingMode | undefined) => void;
}

export interface OwnAreaProps extends DrawingModes {
  readonly asked: Asked;
  readonly files: Pick<Files, 'take'>;
}

/** The ways to an area of one's own: drawn, typed, or from a file. */
export function OwnArea({ asked, files, drawing, setDrawing }: OwnAreaProps) {
  const [text, setText] = useState('');
  const id = useId();
  const corners = (asked.drawn && cornersOf(asked.drawn)?.length) ?? Number.POSITIVE_INFINITY;
  const { draw } = words;
  const isWanted = asked.beside === '' || (asked.area === undefined && !asked.drawn);
  const open = (file: File | undefined) => file && files.take(readFile(file), file.name);
  return (
    <div class="own">
      <button
        type="button"
        class="quiet"
        aria-pressed={drawing === 'new'}
        onClick={() => setDrawing(drawing === 'new' ? undefined : 'new')}
      >
        {drawing === 'new' ? draw.cancel : draw.begin}
      </button>
      {corners <= mostCorners && (
        <button
          type="button"
          class="quiet"
          aria-pressed={drawing === 'corners'}
          onClick={() => setDrawing(drawing === 'corners' ? undefined : 'corners')}
        >
          {draw.change}
        </button>
      )}
      <label class="quiet file">
        {draw.file}
        <input
          type="file"
          accept=".geojson,.json,.zip,.kml,.kmz,.gpkg,.wkt,.txt"
          onChange={(event) => open(event.currentTarget.files?.[0])}
        />
      </label>
      <details>
        <summary>{draw.coordinates}</summary>
        <label for={id}>{draw.coordinatesHelp}</label>
        <textarea id={id} rows={4} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <button type="button" onClick={() => files.take(readText(text, draw.typed), draw.typed)}>
          {draw.use}
        </button>
      </details>
      {isWanted && <p class="hint">{draw.fileHelp}</p>}
    </div>
  );
}
