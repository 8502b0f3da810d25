import { readFileSync } from 'node:fs';

/**
 * The most memory that a process has had, in MiB, as Linux has it; 0 elsewhere, and for a process
 * that has ended.
 */
export function peakMiB(pid: number): number {
  try {
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
  } catch {
    return 0;
  }
}
