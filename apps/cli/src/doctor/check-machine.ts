import { readFileSync } from 'node:fs';
import { availableParallelism, totalmem } from 'node:os';
import prettyBytes from 'pretty-bytes';
import { countText } from '../text/figures.ts';
import { type Finding, findingsOf } from './finding.ts';

const { well, doubtful, wrong } = findingsOf('machine');

/** The oldest Node.js on which Catchment runs. */
const oldestNode = [22, 15] as const;
/** The memory of a worker without its tiles, and of each of its threads, as it was measured. */
const [ownBytes, threadBytes] = [200e6, 60e6];

export interface WorkerNeeds {
  readonly threads: number;
  readonly tileCacheBytes: number;
}

/** Checks Node.js, and whether the limits of this machine or container hold a worker. */
export function checkMachine({ threads, tileCacheBytes }: WorkerNeeds, { node } = process.versions): Finding[] {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  const isNode = major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1]);
  const processors = Math.min(availableParallelism(), processorLimit() ?? Infinity);
  const memory = Math.min(process.constrainedMemory() || Infinity, totalmem());
  const needed = ownBytes + threads * threadBytes + tileCacheBytes;
  const many = `${countText(threads, 'thread')} of a worker on ${countText(processors, 'processor')}`;
  const sizes = `a worker may need ${prettyBytes(needed)}, of ${prettyBytes(memory)} that this machine or container has`;
  return [
    isNode
      ? well('Node.js', node)
      : wrong('Node.js', `${node}, expected ${oldestNode.join('.')} or newer`, { advice: 'install a newer one' }),
    threads <= Math.max(1, processors)
      ? well('COUNT_THREADS', many)
      : doubtful('COUNT_THREADS', many, { advice: 'set COUNT_THREADS to the number of processors' }),
    needed <= memory
      ? well('memory', sizes)
      : wrong('memory', sizes, { advice: 'lower TILE_CACHE_BYTES or COUNT_THREADS, or give it more memory' }),
  ];
}

/** The processors that the container may use; undefined: it has no limit. */
function processorLimit(): number | undefined {
  try {
    const [quota, period] = readFileSync('/sys/fs/cgroup/cpu.max', 'utf8').split(' ').map(Number);
    return quota && period ? quota / period : undefined;
  } catch {
    return undefined;
  }
}
