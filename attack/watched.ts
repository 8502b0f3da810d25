/**
 * Loaded before all else into a process that is attacked (`--import`): answers by IPC how long a
 * turn of its event loop has taken at most, in milliseconds of CPU time of the main thread, so that
 * a busy machine makes no difference.
 */
import { isMainThread } from 'node:worker_threads';

if (isMainThread && process.channel) {
  let [last, longest] = [cpuMicroseconds(), 0];
  const look = () => {
    const now = cpuMicroseconds();
    longest = Math.max(longest, now - last);
    last = now;
  };
  setInterval(look, 2).unref();
  process.on('message', (message) => {
    if (message === 'begin') [last, longest] = [cpuMicroseconds(), 0];
    else if (message === 'longest turn') {
      look();
      process.send?.({ longestTurnMilliseconds: longest / 1000 });
    }
  });
  process.channel.unref();
}

function cpuMicroseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return user + system;
}
