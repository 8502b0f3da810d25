import { useId, useState } from 'preact/hooks';
import { type DrawnArea, drawnArea } from '../asked.ts';
import { words } from '../words.ts';
import { readAreas } from './read-areas.ts';
import { typedCorners } from './typed-corners.ts';

export interface OwnAreaProps {
  readonly drawn: (area: DrawnArea) => void;
  readonly isDrawing: boolean;
  readonly setDrawing: (isDrawing: boolean) => void;
}

/** The ways to an area of one's own: drawn, typed, or from a file. */
export function OwnArea({ drawn, isDrawing, setDrawing }: OwnAreaProps) {
  const [text, setText] = useState('');
  const [problem, setProblem] = useState<string>();
  const id = useId();
  const { draw } = words;
  const use = () => {
    try {
      drawn(drawnArea(typedCorners(text)));
      setProblem(undefined);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  const open = async (file: File | undefined) => {
    if (!file) return;
    try {
      drawn(await readAreas(file));
      setProblem(undefined);
    } catch (error) {
      setProblem((error as Error).message);
    }
  };
  return (
    <div class="own">
      <button type="button" class="quiet" aria-pressed={isDrawing} onClick={() => setDrawing(!isDrawing)}>
        {isDrawing ? draw.cancel : draw.begin}
      </button>
      <label class="quiet file" title={draw.fileHelp}>
        {draw.file}
        <input
          type="file"
          accept=".geojson,.json,.zip,.kml,.kmz,.gpkg"
          onChange={(event) => void open(event.currentTarget.files?.[0])}
        />
      </label>
      <details>
        <summary>{draw.coordinates}</summary>
        <label for={id}>{draw.coordinatesHelp}</label>
        <textarea id={id} rows={4} value={text} onInput={(event) => setText(event.currentTarget.value)} />
        <button type="button" onClick={use}>
          {draw.use}
        </button>
      </details>
      {problem !== undefined && (
        <p class="problem" role="alert">
          {problem}
        </p>
      )}
    </div>
  );
}
