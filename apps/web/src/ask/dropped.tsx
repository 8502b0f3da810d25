import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { words } from '../words.ts';
import { isAreaText, readFile, readText, united } from './read-areas.ts';
import type { Files, SeveralAreas } from './use-files.ts';

/** The page as a place to drop files of areas, and to paste them as text. */
export function Dropped({ files, children }: { readonly files: Files; readonly children: ComponentChildren }) {
  const { take, choose, several, problem } = files;
  useEffect(() => {
    const paste = (event: ClipboardEvent) => {
      const text = event.clipboardData?.getData('text/plain').trim() ?? '';
      const isField = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
      if (!isField && isAreaText(text)) take(readText(text, words.file.pasted), words.file.pasted);
    };
    addEventListener('paste', paste);
    return () => removeEventListener('paste', paste);
  }, [take]);
  return (
    <div
      class="drop"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        const file = event.dataTransfer?.files[0];
        if (file) take(readFile(file), file.name);
      }}
    >
      {problem && (
        <div class="floating">
          <p class="problem" role="alert">
            {problem.text}
          </p>
          <button type="button" class="quiet" onClick={() => choose(undefined)}>
            {words.file.close}
          </button>
        </div>
      )}
      {several && <Choice {...several} choose={choose} />}
      {children}
    </div>
  );
}

/** The areas of a file, of which one is chosen, or all as one. */
function Choice({ source, areas, choose }: SeveralAreas & Pick<Files, 'choose'>) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => dialog.current?.showModal(), []);
  const { file } = words;
  return (
    <dialog
      ref={dialog}
      class="several"
      aria-label={file.several(source, areas.length)}
      onClose={() => choose(undefined)}
    >
      <p>{file.several(source, areas.length)}</p>
      <ul>
        {areas.map((area, index) => (
          <li key={index}>
            <button type="button" class="quiet inline" onClick={() => choose(area)}>
              {area.name}
            </button>
          </li>
        ))}
      </ul>
      <p class="row">
        <button type="button" onClick={() => choose(united(areas, source))}>
          {file.asOne}
        </button>
        <button type="button" class="quiet" onClick={() => choose(undefined)}>
          {file.none}
        </button>
      </p>
    </dialog>
  );
}
