import { closeSync, mkdirSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { promtool } from '../test/prometheus/programs.ts';
import { recordMoment } from '../test/prometheus/recorded.ts';
import { type PrometheusServer, startPrometheus } from '../test/prometheus/server.ts';

const day = 86_400;
/** The age of a job, which is as many times longer on a day that is so many times longer. */
const age = /^catchment_oldest_job_seconds\{/;
const startTime = /^process_start_time_seconds\{/;
/** Counters: each thing that happened stands for as many as the day is times longer. */
const counter = /^(?!bullmq_job_count)\w+_(total|count|sum|bucket)\{/;

/** The metrics of a service on a day that took less time than a day. */
export interface DayRecord {
  /** The simulated time of midnight, in seconds since 1970. */
  readonly midnight: number;
  /** Reads the metrics of all processes, at an hour. */
  note(hour: number, urls: Readonly<Record<string, string>>): Promise<void>;
  /** Ends the record, and opens a Prometheus that has it. */
  open(): Promise<PrometheusServer>;
}

/** Records into a folder a day that takes so many seconds. */
export function recordDay(folder: string, seconds: number): DayRecord {
  const times = day / seconds;
  const begun = Date.now() / 1000;
  // The day before yesterday: all of it is in blocks.
  const midnight = day * Math.floor(begun / day - 2);
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'day.txt');
  const file = openSync(path, 'w');
  const stretched = (series: string, value: number) => {
    if (startTime.test(series)) return midnight + (value - begun) * times;
    return age.test(series) || counter.test(series) ? value * times : value;
  };
  return {
    midnight,
    note: async (hour, urls) => {
      const moment = await recordMoment(urls);
      const at = midnight + 3600 * hour;
      const lines = Object.values(moment).flatMap((one) =>
        // OpenMetrics has no spaces between labels.
        Array.from(one, ([series, value]) => {
          return `${series.replaceAll('", ', '",')} ${stretched(series, value)} ${at.toFixed(3)}\n`;
        }),
      );
      writeSync(file, lines.join(''));
    },
    open: async () => {
      writeSync(file, '# EOF\n');
      closeSync(file);
      const { code, said } = promtool('tsdb', 'create-blocks-from', 'openmetrics', path, join(folder, 'data'));
      if (code !== 0) throw new Error(`promtool ended with ${code}: ${said}`);
      return startPrometheus(folder, { global: { evaluation_interval: '1h' } });
    },
  };
}
