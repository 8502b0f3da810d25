import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { AnswerView } from './answer/answer-view.tsx';
import { Dropped } from './ask/dropped.tsx';
import type { DrawingMode } from './ask/own-area.tsx';
import { Sentence } from './ask/sentence.tsx';
import { useCatalog } from './ask/use-catalog.ts';
import { useFiles } from './ask/use-files.ts';
import { useQuestion } from './ask/use-question.ts';
import { type Asked, isWhole, nothingAsked, readAsked, writeAsked } from './asked.ts';
import { Guarded } from './guarded.tsx';
import { MapView } from './map/map-view.tsx';
import { fillOfRasters } from './operations.ts';
import { Theme } from './theme.tsx';
import { words } from './words.ts';

/** The question, which is also the address of the page. */
function useAsked(): [Asked, (change: Partial<Asked>) => void] {
  const [asked, setAsked] = useState(() => readAsked(new URLSearchParams(location.search)));
  useEffect(() => {
    const back = () => setAsked(readAsked(new URLSearchParams(location.search)));
    addEventListener('popstate', back);
    return () => removeEventListener('popstate', back);
  }, []);
  const change = useCallback((part: Partial<Asked>) => {
    setAsked((before) => {
      const after = { ...before, ...part };
      const query = writeAsked(after);
      const url = `${location.pathname}${query.size > 0 ? `?${query}` : ''}`;
      const isNew = after.area !== before.area || after.operation !== before.operation;
      if (url !== `${location.pathname}${location.search}`)
        history[isNew ? 'pushState' : 'replaceState'](null, '', url);
      return after;
    });
  }, []);
  return [asked, change];
}

/** The page: a sheet with the question and its answer, beside a map. */
export function Page() {
  const [asked, change] = useAsked();
  const catalog = useCatalog(asked.operation);
  const questioning = useQuestion(asked, catalog);
  const fillOf = useMemo(() => fillOfRasters(catalog.rasters), [catalog.rasters]);
  const [drawing, setDrawing] = useState<DrawingMode>();
  const drawn = useCallback(
    (area: Asked['drawn']) => {
      setDrawing(undefined);
      change({ drawn: area, area: undefined, beside: undefined, upstream: false });
    },
    [change],
  );
  const pick = useCallback(
    (area: string) => change(asked.beside === '' ? { beside: area } : { area, drawn: undefined }),
    [change, asked.beside],
  );
  const files = useFiles(drawn);
  const leave = useCallback(() => change(nothingAsked), [change]);
  return (
    <Dropped files={files}>
      <a class="skip" href="#answer">
        {words.skip}
      </a>
      <div class={`layout${questioning.beside || questioning.upstream ? ' wide' : ''}`}>
        <main class="sheet">
          <header>
            <h1>{words.title}</h1>
            <nav>
              <a href="docs/index.html">{words.docs}</a>
              <Theme />
            </nav>
          </header>
          <Guarded of={asked} leave={leave}>
            <Sentence {...{ asked, change, catalog, files, drawing, setDrawing }} />
          </Guarded>
          <Guarded of={asked} leave={leave}>
            <AnswerView {...questioning} {...{ asked, change, catalog, fillOf }} isLinkWhole={isWhole(asked)} />
          </Guarded>
        </main>
        <Guarded of={asked} leave={leave}>
          <MapView {...{ asked, change, catalog, pick, drawn, drawing, setDrawing }} />
        </Guarded>
      </div>
    </Dropped>
  );
}
