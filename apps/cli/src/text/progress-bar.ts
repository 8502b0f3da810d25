import { createRequire } from 'node:module';
import { durationText } from './figures.ts';

/** The package that draws bars, loaded where one is shown. */
const bars = (): typeof import('cli-progress') => createRequire(import.meta.url)('cli-progress');

export interface ProgressBar {
  /** Sets the progress. Work that is done at the first call is not part of the rate. */
  update(done: number, planned: number): void;
  /** Writes a line to stderr, which the bar does not overwrite. */
  say(line: string): void;
  /** Takes the bar away. */
  stop(): void;
}

/** A bar of tiles on stderr; nothing where stderr is not a terminal. */
export function tileBar(stream?: NodeJS.WriteStream): ProgressBar {
  return progressBar('tiles', stream);
}

/**
 * A bar of what the noun says (`areas`) on stderr, with rate and time left; nothing where stderr is
 * not a terminal.
 */
export function progressBar(noun: string, stream: NodeJS.WriteStream = process.stderr): ProgressBar {
  const write = (line: string) => void stream.write(`${line}\n`);
  if (!stream.isTTY) return { update: () => undefined, say: write, stop: () => undefined };
  let before = 0;
  const bar = new (bars().SingleBar)({
    format: (_options, { value, total, startTime }) =>
      barLine({
        noun,
        before,
        done: value,
        planned: total,
        elapsedMilliseconds: Date.now() - startTime,
        width: stream.columns || 80,
      }),
    stream,
    fps: 5,
    hideCursor: true,
    clearOnComplete: true,
  });
  let started = false;
  return {
    update: (done, planned) => {
      if (planned === 0) return;
      if (started) bar.update(done);
      else {
        before = done;
        bar.start(planned, done);
      }
      started = true;
    },
    say: (line) => {
      // It is begun again with what is done next.
      if (started) bar.stop();
      started = false;
      write(line);
    },
    stop: () => {
      if (started) bar.stop();
    },
  };
}

export interface BarState {
  readonly noun: string;
  /** Done when the clock began to run. */
  readonly before: number;
  readonly done: number;
  readonly planned: number;
  readonly elapsedMilliseconds: number;
  /** Characters of a line of the terminal. */
  readonly width: number;
}

const longestBar = 40;
const shortestBar = 5;

/** One line, shorter than the terminal is wide: first the bar gives way, then what comes last. */
export function barLine({ noun, before, done, planned, elapsedMilliseconds, width }: BarState): string {
  const share = Math.min(1, done / planned);
  const perSecond = (1000 * (done - before)) / elapsedMilliseconds;
  const counted = `${done.toLocaleString('en')}/${planned.toLocaleString('en')} ${noun}`;
  const secondsLeft = Math.ceil((planned - done) / perSecond);
  const isMoving = perSecond > 0 && Number.isFinite(perSecond);
  const speed = isMoving ? [`${rateText(perSecond)}/s`] : [];
  const left = isMoving && secondsLeft > 0 ? [`${durationText(1000 * secondsLeft)} left`] : [];
  const text = [`${Math.floor(100 * share)}%`, counted, ...speed, ...left].join(' | ');
  const room = Math.min(longestBar, width - 2 - text.length);
  if (room < shortestBar) return text.slice(0, Math.max(0, width - 1));
  const full = Math.round(share * room);
  return `${'█'.repeat(full)}${'░'.repeat(room - full)} ${text}`;
}

function rateText(perSecond: number): string {
  return perSecond.toLocaleString('en', { maximumSignificantDigits: perSecond < 100 ? 2 : 3 });
}
