import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';

const ticksPerSecond = 100;

/**
 * CPU seconds that all threads of a process have taken, as Linux has it; undefined when it has
 * ended.
 */
export function cpuSeconds(pid: number): number | undefined {
  return cpuIn(`/proc/${pid}/stat`);
}

/** The same of its main thread, on which the event loop turns. */
export function mainThreadSeconds(pid: number): number | undefined {
  return cpuIn(`/proc/${pid}/task/${pid}/stat`);
}

/**
 * The most memory that it has had since it began, or since `forgetPeak`, in MiB; 0 when it has
 * ended.
 */
export function peakMebibytes(pid: number): number {
  return Number(/VmHWM:\s+(\d+)/.exec(textOf(`/proc/${pid}/status`) ?? '')?.[1] ?? 0) / 1024;
}

/** The memory that it has, in MiB. */
export function residentMebibytes(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(textOf(`/proc/${pid}/status`) ?? '')?.[1] ?? 0) / 1024;
}

export function forgetPeak(pid: number): void {
  writeFileSync(`/proc/${pid}/clear_refs`, '5');
}

/** Sockets that it has open. */
export function openSockets(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  try {
    return readdirSync(folder).filter((name) => isSocket(`${folder}/${name}`)).length;
  } catch {
    // It has ended.
    return 0;
  }
}

function isSocket(link: string): boolean {
  try {
    return readlinkSync(link).startsWith('socket:');
  } catch {
    return false;
  }
}

function cpuIn(file: string): number | undefined {
  // The name in parentheses may hold spaces.
  const fields = textOf(file)?.split(') ').at(-1)?.split(' ');
  return fields && (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}
