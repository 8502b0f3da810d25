import { Presets, SingleBar } from 'cli-progress';

/** A bar of tiles on stderr; nothing where stderr is not a terminal. */
export function tileBar(): { update(done: number, planned: number): void; stop(): void } {
  const bar = new SingleBar(
    {
      format: '{bar} {percentage}% | {value}/{total} tiles | {eta_formatted} left',
      hideCursor: true,
      clearOnComplete: true,
    },
    Presets.shades_classic,
  );
  let started = false;
  return {
    update: (done, planned) => {
      if (!process.stderr.isTTY || planned === 0) return;
      if (!started) bar.start(planned, done);
      else bar.update(done);
      started = true;
    },
    stop: () => {
      if (started) bar.stop();
    },
  };
}
