import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import type { Findings, Value } from './findings.ts';
import { benchInputs } from './inputs.ts';

/** The measurements of counting some areas in all rasters of one kind. */
interface YearsOfAreas {
  readonly seconds: number;
  readonly cpuSeconds: number;
  /** The share of the time in which areas were projected and their cells found. */
  readonly placing: number;
  /** The results that differ from those of another year: the rasters are the same. */
  readonly differing: number;
}

export interface YearsMeasured {
  readonly huc8: YearsOfAreas;
  readonly sweep: YearsOfAreas;
  /** The CPU seconds of decoding and counting one raster without areas. */
  readonly aloneCpuSeconds: number;
  readonly peakMebibytes: number;
}

const counts = [1, 41];

/** Counts one raster, and as many as there are years of annual land cover. */
export async function benchYears(): Promise<Findings> {
  const inputs = await benchInputs();
  const program = join(import.meta.dirname, 'years-once.ts');
  const runs = counts.map((years) => ({
    years,
    run: JSON.parse(
      execFileSync(process.execPath, [program, inputs, String(years)], { encoding: 'utf8' }),
    ) as YearsMeasured,
  }));
  const rows = (['huc8', 'sweep'] as const).flatMap((areas) =>
    runs.map(({ years, run }): Value[] => {
      const { seconds, cpuSeconds, placing } = run[areas];
      const what = areas === 'huc8' ? 'a HUC-8 of 2.2e6 cells' : '2,912 areas of 4.9e8 cells';
      return [
        what,
        years,
        seconds,
        cpuSeconds,
        cpuSeconds / years,
        `${(100 * placing).toFixed(1)} %`,
        run.peakMebibytes,
      ];
    }),
  );
  return {
    tables: [
      {
        title: 'Rasters of one kind in the same areas',
        columns: ['', 'rasters', 'seconds', 'CPU seconds', 'CPU seconds a raster', 'placing areas', 'peak MiB'],
        rows,
        notes: [
          'The aim is that placing takes at most a tenth of the time of 41 rasters. The rasters have the same cells.',
          furtherNote(runs),
        ],
      },
    ],
    wrong: runs.flatMap(({ years, run }) =>
      Object.entries(run).flatMap(([areas, measured]) => {
        const differing = typeof measured === 'number' ? 0 : measured.differing;
        return differing > 0 ? [`${areas}, ${years} rasters: ${differing} results differ`] : [];
      }),
    ),
  };
}

/** A sentence that compares each further raster with decoding and counting one without areas. */
function furtherNote(runs: readonly { readonly years: number; readonly run: YearsMeasured }[]): string {
  const [one, many] = runs as [(typeof runs)[number], (typeof runs)[number]];
  const further = (many.run.sweep.cpuSeconds - one.run.sweep.cpuSeconds) / (many.years - one.years);
  const { aloneCpuSeconds } = many.run;
  return (
    `Each further raster takes ${further.toFixed(2)} CPU seconds in 2,912 areas, ${(further / aloneCpuSeconds).toFixed(2)} times ` +
    `the ${aloneCpuSeconds.toFixed(2)} that decoding it and counting all of its cells take in the same process without areas. The aim is 1.15 times.`
  );
}
