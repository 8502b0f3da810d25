import { useCallback, useEffect, useMemo, useState } from 'preact/hooks';
import { AnswerView } from './answer/answer-view.tsx';
import { Dropped } from './ask/dropped.tsx';
import type { DrawingMode } from './ask/own-area.tsx';
import { Sentence } from './ask/sentence.tsx';
import { type Catalog, useCatalog } from './ask/use-catalog.ts';
import { useFiles } from './ask/use-files.ts';
import { useNames } from './ask/use-names.ts';
import { useQuestion } from './ask/use-question.ts';
import { type Asked, asLinked, type DrawnArea, nothingAsked, readAsked, unreadIn, writeAsked } from './asked.ts';
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

const first = location.search;
const unreadAtFirst = unreadIn(new URLSearchParams(first));

/** The words of the link that are not known, as long as it is the question. */
function useUnread({ operation }: Asked, { operations }: Catalog): readonly string[] {
  const isUnknown = operation !== undefined && operations.length > 0 && !operations.some(({ id }) => id === operation);
  return [...(isUnknown ? [operation] : []), ...(location.search === first ? unreadAtFirst : [])];
}

/** The page: a sheet with the question and its answer, beside a map. */
export function Page() {
  const [asked, change] = useAsked();
  const catalog = useCatalog(asked.operation);
  const questioning = useQuestion(asked, catalog);
  const fillOf = useMemo(() => fillOfRasters(catalog.rasters), [catalog.rasters]);
  const [drawing, setDrawing] = useState<DrawingMode>();
  const isComparing = asked.beside === '';
  const drawn = useCallback(
    (area: DrawnArea) => {
      setDrawing(undefined);
      const own = asLinked(area);
      const isSecond = isComparing && drawing !== 'corners';
      change(isSecond ? { besideDrawn: own, beside: undefined } : { drawn: own, area: undefined, upstream: false });
    },
    [change, isComparing, drawing],
  );
  const pick = useCallback(
    (area: string) => change(isComparing ? { beside: area } : { area, drawn: undefined }),
    [change, isComparing],
  );
  const files = useFiles(drawn);
  const leave = useCallback(() => change(nothingAsked), [change]);
  const names = useNames(asked);
  const unread = useUnread(asked, catalog);
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
              <a href="docs/guides/the-page.html" target="_blank" rel="noopener">
                {words.docs}
              </a>
              <Theme />
            </nav>
          </header>
          <Guarded of={asked} leave={leave}>
            <Sentence {...{ asked, change, catalog, files, drawing, setDrawing, names, unread, pick }} />
          </Guarded>
          <Guarded of={asked} leave={leave}>
            <AnswerView {...questioning} {...{ asked, change, catalog, fillOf, names }} />
          </Guarded>
        </main>
        <Guarded of={asked} leave={leave}>
          <MapView {...{ asked, change, catalog, pick, drawn, drawing, setDrawing, names, fillOf }} />
        </Guarded>
      </div>
    </Dropped>
  );
}
