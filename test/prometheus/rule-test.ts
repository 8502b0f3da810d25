import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promtool } from './programs.ts';
import type { Moment } from './recorded.ts';

/** A part of a time line: counters rise to those of the moment, and the rest is as it is then. */
export interface Stage {
  readonly minutes: number;
  readonly moment: Moment;
}

/**
 * Has Prometheus evaluate the rules of a file, minute by minute, on metrics that were recorded.
 * Throws what it says unless exactly these alerts fire at the end.
 */
export function expectFiring(rules: string, stages: readonly Stage[], alerts: readonly string[]): void {
  const minutes = stages.reduce((sum, stage) => sum + stage.minutes, 0);
  const series = new Set(stages.flatMap(({ moment }) => Object.values(moment).flatMap((one) => [...one.keys()])));
  const test = {
    rule_files: [rules],
    evaluation_interval: '1m',
    tests: [
      {
        interval: '1m',
        input_series: [...series].map((name) => ({ series: name, values: valuesOf(name, stages).join(' ') })),
        promql_expr_test: [
          {
            expr: 'count by (alertname) (ALERTS{alertstate="firing"}) > bool 0',
            eval_time: `${minutes - 1}m`,
            exp_samples: alerts.map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 })),
          },
        ],
      },
    ],
  };
  const folder = mkdtempSync(join(tmpdir(), 'catchment-rules-'));
  try {
    // JSON is YAML.
    writeFileSync(join(folder, 'test.yaml'), JSON.stringify(test));
    const { code, said } = promtool('test', 'rules', join(folder, 'test.yaml'));
    if (code !== 0) throw new Error(said);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The values of a series, minute by minute; `_` where it is missing. */
function valuesOf(series: string, stages: readonly Stage[]): (number | '_')[] {
  let before = 0;
  return stages.flatMap(({ minutes, moment }): (number | '_')[] => {
    const value = Object.values(moment)
      .map((one) => one.get(series))
      .find((one) => one !== undefined);
    if (value === undefined) return Array<'_'>(minutes).fill('_');
    if (!counts(series)) return Array<number>(minutes).fill(value);
    // A process that was started anew counts from 0.
    const from = value < before ? 0 : before;
    before = value;
    return Array.from({ length: minutes }, (_, i) => from + ((value - from) * (i + 1)) / minutes);
  });
}

function counts(series: string): boolean {
  return /^\w+_(total|count|sum|bucket)\{/.test(series);
}
