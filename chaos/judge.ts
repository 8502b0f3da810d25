import type { Accepted, Learned } from './clients.ts';
import { problemOf, type Result } from './oracle.ts';
import type { Rasters } from './rasters.ts';
import type { Report } from './report.ts';

/** Judges what a client has learned of a request, and counts it. */
export function judge(
  { id, request, from }: Accepted,
  learned: Learned | undefined,
  { report, rasters }: { readonly report: Report; readonly rasters: Pick<Rasters, 'had'> },
): void {
  const until = Date.now();
  const wrong = (sentence: string) => report.violations.push(`${request.kind} ${id}: ${sentence}`);
  report.count(`${request.kind}: ${learned?.status ?? 'stuck'}`);
  if (!learned) return void wrong('it has not ended');
  if (learned.status === 'successful') {
    for (const problem of problemsOf(learned.body)) wrong(problem);
    return;
  }
  const { status, message } = learned;
  if (status === 'dismissed' && request.isDismissed) return;
  const isMeant = report.had(status === 'failed' ? 'spoils' : 'loses', from, until);
  if (status === 'dismissed' || !isMeant || message === '') wrong(`it is ${status}, "${message}"`);

  function problemsOf(body: unknown): string[] {
    const results = request.wanted.length > 1 ? (body as { readonly results?: Result[] }).results : [body as Result];
    const at = { rasters, from, until };
    return request.wanted.flatMap((wanted, i) => problemOf(results?.[i], wanted, at) ?? []);
  }
}
