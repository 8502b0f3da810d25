/** The metrics of a process at one time: values by names with labels, and whether it answered. */
export type Recorded = ReadonlyMap<string, number>;

/** The processes of a service at one time, by the names of their instances. */
export type Moment = Readonly<Record<string, Recorded>>;

/** Reads the metrics of processes as a scrape does. One that does not answer is only not up. */
export async function recordMoment(urls: Readonly<Record<string, string>>): Promise<Moment> {
  const all = await Promise.all(
    Object.entries(urls).map(async ([instance, url]) => {
      const text = await fetch(`${url}/metrics`).then(
        (response) => response.text(),
        () => undefined,
      );
      const labels = `job="catchment",instance="${instance}"`;
      const up = [[`up{${labels}}`, text === undefined ? 0 : 1]] as const;
      return [instance, new Map([...up, ...(text === undefined ? [] : samplesIn(text, labels))])] as const;
    }),
  );
  return Object.fromEntries(all);
}

function samplesIn(text: string, labels: string): (readonly [series: string, value: number])[] {
  const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return lines.map((line) => {
    const [, name = '', own = '', value = ''] = /^(\w+)(?:\{(.*)\})? (\S+)$/.exec(line) ?? [];
    return [`${name}{${own === '' ? '' : `${own},`}${labels}}`, Number(value)];
  });
}
