/** The hours of a simulated day at which something begins, and what it is. */
export interface Occasion {
  readonly hour: number;
  readonly what: string;
  readonly begin: () => Promise<void>;
}

/** Requests a second by the hour of the day: a line through these points. */
const curve: readonly (readonly [hour: number, rate: number])[] = [
  [0, 0.5],
  [5, 0.5],
  [8, 6],
  [9, 12],
  [11.9, 12],
  // A crowd.
  [12, 60],
  [12.5, 60],
  [12.6, 10],
  [17, 10],
  [20, 3],
  [23, 1],
  [24, 0.5],
];

export function rateAt(hour: number): number {
  const after = curve.findIndex(([one]) => one > hour);
  const [[fromHour, from], [toHour, to]] = [curve.at(after - 1)!, curve.at(after)!];
  return from + ((to - from) * (hour - fromHour)) / (toHour - fromHour);
}

export interface DayOptions {
  /** The seconds that the day takes. */
  readonly seconds: number;
  readonly ask: () => Promise<void>;
  readonly occasions: readonly Occasion[];
  /** Called again and again, with the hour. */
  readonly meanwhile: (hour: number) => Promise<void>;
}

const tickMilliseconds = 20;

/** Lives through a day: asks as the curve says, and begins each occasion at its hour. */
export async function liveThrough({ seconds, ask, occasions, meanwhile }: DayOptions): Promise<void> {
  const underWay = new Set<Promise<void>>();
  const follow = (work: Promise<void>) => {
    underWay.add(work);
    void work.finally(() => underWay.delete(work));
  };
  const due = [...occasions];
  const begun = performance.now();
  let [owed, last] = [0, 0];
  for (;;) {
    const passed = (performance.now() - begun) / 1000;
    const hour = (24 * passed) / seconds;
    if (hour >= 24) break;
    owed += (passed - last) * rateAt(hour);
    last = passed;
    for (; owed >= 1; owed -= 1) follow(ask());
    while (due[0] !== undefined && due[0].hour <= hour) follow((due.shift() as Occasion).begin());
    await meanwhile(hour);
    await new Promise((resolve) => setTimeout(resolve, tickMilliseconds));
  }
  await Promise.all(underWay);
}
