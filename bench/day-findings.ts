import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { PrometheusServer } from '../test/prometheus/server.ts';
import type { Table, Value } from './findings.ts';

const deploy = join(import.meta.dirname, '../deploy');
/** The time between two values. */
export const stepSeconds = 180;
const rateInterval = '12m';

export interface Series {
  readonly metric: Readonly<Record<string, string>>;
  readonly values: readonly (readonly [time: number, value: string])[];
}

/** Evaluates queries over a day that begins at midnight. */
export function evaluator(prometheus: PrometheusServer, midnight: number) {
  return async (expr: string): Promise<readonly Series[]> => {
    const query = encodeURIComponent(expr.replaceAll('$__rate_interval', rateInterval));
    const times = `start=${midnight}&end=${midnight + 24 * 3600}&step=${stepSeconds}`;
    const { result } = await prometheus.ask<{ readonly result: readonly Series[] }>(
      `/api/v1/query_range?query=${query}&${times}`,
    );
    return result;
  };
}
export type Evaluate = ReturnType<typeof evaluator>;

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
  readonly fieldConfig?: { readonly defaults?: { readonly unit?: string } };
}

/** The highest value of each query of the dashboard, and its time; and those that find nothing. */
export async function panelPeaks(evaluate: Evaluate): Promise<{ readonly table: Table; readonly empty: string[] }> {
  const { panels } = JSON.parse(readFileSync(join(deploy, 'grafana/catchment.json'), 'utf8')) as { panels: Panel[] };
  const rows: Value[][] = [];
  const empty: string[] = [];
  for (const { title, targets = [], fieldConfig } of panels) {
    for (const { expr } of targets) {
      const peak = highest(await evaluate(expr));
      if (!peak) empty.push(`the panel "${title}" finds nothing: ${expr}`);
      rows.push([title, peak?.labels, peak?.value, fieldConfig?.defaults?.unit, peak && clockTime(peak.time)]);
    }
  }
  const columns = ['panel', 'series', 'at its peak', 'unit', 'at'];
  return { table: { title: 'The dashboard at its peaks', columns, rows }, empty };
}

function highest(all: readonly Series[]) {
  const points = all.flatMap(({ metric, values }) =>
    values.map(([time, value]) => ({ labels: labelsText(metric), time, value: Number(value) })),
  );
  return points
    .filter(({ value }) => Number.isFinite(value))
    .reduce<(typeof points)[number] | undefined>(
      (most, one) => (most && most.value >= one.value ? most : one),
      undefined,
    );
}

function labelsText({ __name__, job, ...labels }: Series['metric']): string {
  return Object.values(labels).join(', ');
}

interface Rule {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
}

/** When each alert fired, and for how long: its condition held for its time before. */
export async function firedAlerts(evaluate: Evaluate): Promise<{ readonly table: Table; readonly fired: string[] }> {
  const { groups } = parse(readFileSync(join(deploy, 'prometheus/alerts.yaml'), 'utf8')) as {
    readonly groups: readonly { readonly rules: readonly Rule[] }[];
  };
  const rows: Value[][] = [];
  const fired: string[] = [];
  for (const { alert, expr, for: held = '0m' } of groups.flatMap(({ rules }) => rules)) {
    const spans = (await evaluate(expr)).flatMap((series) => firingSpans(series, secondsOf(held)));
    const sorted = spans.toSorted((a, b) => a.from - b.from);
    if (sorted.length > 0) fired.push(alert);
    const shown = sorted.map(
      ({ labels, from, to }) => `${clockTime(from)} to ${clockTime(to)}${labels && ` (${labels})`}`,
    );
    rows.push([alert, shown.slice(0, mostShown).join('; ') || 'did not fire']);
  }
  return { table: { title: 'The alerts', columns: ['alert', 'fired'], rows }, fired };
}

const mostShown = 6;

/** The times in which the condition of an alert had held for so many seconds. */
export function firingSpans({ metric, values }: Series, heldSeconds: number) {
  const spans: { readonly labels: string; readonly from: number; readonly to: number }[] = [];
  let [begin, last] = [Number.NaN, Number.NaN];
  const end = () => {
    if (last - begin >= heldSeconds) spans.push({ labels: labelsText(metric), from: begin + heldSeconds, to: last });
  };
  for (const [time] of values) {
    if (!(time - last <= stepSeconds)) {
      end();
      begin = time;
    }
    last = time;
  }
  end();
  return spans;
}

function secondsOf(text: string): number {
  const [, count = '0', unit = 's'] = /^(\d+)([smhd])$/.exec(text) ?? [];
  return Number(count) * { s: 1, m: 60, h: 3600, d: 86_400 }[unit as 's' | 'm' | 'h' | 'd'];
}

function clockTime(seconds: number): string {
  return new Date(1000 * seconds).toISOString().slice(11, 16);
}
