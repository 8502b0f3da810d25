import { useCallback, useState } from 'preact/hooks';
import type { DrawnArea } from '../asked.ts';
import { type Problem, problemOf } from './problem.ts';

/** The areas of a source, of which somebody has to choose. */
export interface SeveralAreas {
  readonly source: string;
  readonly areas: readonly DrawnArea[];
}

/** The yield of files and texts: an area, several to choose from, or a problem. */
export interface Files {
  /** Takes the areas that are read. */
  readonly take: (reading: Promise<readonly DrawnArea[]>, source: string) => void;
  readonly choose: (area: DrawnArea | undefined) => void;
  readonly several: SeveralAreas | undefined;
  readonly problem: Problem | undefined;
}

/** Takes areas from files and texts; `onArea` receives the one that is meant. */
export function useFiles(onArea: (area: DrawnArea) => void): Files {
  const [several, setSeveral] = useState<SeveralAreas>();
  const [problem, setProblem] = useState<Problem>();
  const choose = useCallback(
    (area: DrawnArea | undefined) => {
      setSeveral(undefined);
      setProblem(undefined);
      if (area) onArea(area);
    },
    [onArea],
  );
  const take = useCallback(
    (reading: Promise<readonly DrawnArea[]>, source: string) =>
      void reading.then(
        (areas) => {
          choose(areas.length === 1 ? areas[0] : undefined);
          if (areas.length > 1) setSeveral({ source, areas });
        },
        (error: unknown) => {
          setSeveral(undefined);
          setProblem(problemOf(error));
        },
      ),
    [choose],
  );
  return { take, choose, several, problem };
}
