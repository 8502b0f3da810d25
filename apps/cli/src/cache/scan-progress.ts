import { SingleBar } from 'cli-progress';

/** The progress of a walk through a cache. The count of keys is unknown before its end. */
export interface ScanState {
  readonly looked: number;
  /** Absent where nothing is removed. */
  readonly removed?: number;
  readonly elapsedMilliseconds: number;
  /** Characters of a line of the terminal. */
  readonly width: number;
}

/** One line, shorter than the terminal is wide: what comes last gives way. */
export function scanLine({ looked, removed, elapsedMilliseconds, width }: ScanState): string {
  const perSecond = Math.round((1000 * looked) / elapsedMilliseconds);
  const texts = [
    `${looked.toLocaleString('en')} keys looked at`,
    ...(removed === undefined ? [] : [`${removed.toLocaleString('en')} removed`]),
    ...(Number.isFinite(perSecond) ? [`${perSecond.toLocaleString('en')}/s`] : []),
  ];
  return texts.join(' | ').slice(0, Math.max(0, width - 1));
}

/** Shows `scanLine` on stderr, five times a second; nothing where stderr is not a terminal. */
export function scanProgress(stream: NodeJS.WriteStream = process.stderr) {
  let state: Pick<ScanState, 'looked' | 'removed'> = { looked: 0 };
  const bar = new SingleBar({
    format: (_options, { startTime }) =>
      scanLine({ ...state, elapsedMilliseconds: Date.now() - startTime, width: stream.columns || 80 }),
    stream,
    fps: 5,
    hideCursor: true,
    clearOnComplete: true,
  });
  // One that is not a terminal would get a line for every step.
  if (stream.isTTY) bar.start(1, 0);
  return {
    update: (looked: number, removed?: number): void => {
      state = removed === undefined ? { looked } : { looked, removed };
    },
    /** Takes the line away. */
    stop: (): void => bar.stop(),
  };
}
