import { readFileSync } from 'node:fs';

/**
 * The most memory that a process has had, in MiB, as Linux has it; 0 elsewhere, and for a process
 * that has ended.
 */
export function peakMiB(pid: number): number {
  return statusMiB(pid, 'VmHWM');
}

/** The memory that a process has now, in the same way. */
export function residentMiB(pid: number): number {
  return statusMiB(pid, 'VmRSS');
}

function statusMiB(pid: number, name: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(new RegExp(`${name}:\\s+(\\d+)`).exec(status)?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
