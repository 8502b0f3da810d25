import { connect, type Socket } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * Clients that listen to the events of a job each: a process of its own. Arguments: the URL of the
 * gateway, clients, the ids of jobs with commas between. Prints `{"connected":n}` when each has
 * heard a first event, then for each line on stdin, after each has heard another event, the
 * milliseconds since that line; then what failed, and ends with stdin.
 */
const [url = '', clients = '1', ids = ''] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const jobs = ids.split(',');
const count = Number(clients);
const heard = new Array<number>(count).fill(0);
let failed = 0;
let since = performance.now();
let [awaited, behind] = [1, count];

function hear(index: number): void {
  heard[index] = (heard[index] as number) + 1;
  if (heard[index] !== awaited) return;
  behind -= 1;
  if (behind > 0) return;
  console.log(JSON.stringify({ clients: count, event: awaited, milliseconds: performance.now() - since, failed }));
}

function listen(index: number): Promise<Socket> {
  const socket = connect(Number(port), hostname).setEncoding('utf8').setNoDelay(true);
  let rest = '';
  socket.on('error', () => (failed += 1));
  socket.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('event: status');
    rest = (parts.pop() as string).slice(-20);
    for (const _ of parts) hear(index);
  });
  socket.write(
    `GET /api/jobs/${jobs[index % jobs.length]}/events HTTP/1.1\r\nhost: ${hostname}\r\naccept: text/event-stream\r\n\r\n`,
  );
  return new Promise((resolve) => socket.once('data', () => resolve(socket)));
}

// Some at a time, as the queue of a socket that listens is short.
const sockets: Socket[] = [];
for (let at = 0; at < count; at += 250) {
  const some = Array.from({ length: Math.min(250, count - at) }, (_, i) => listen(at + i));
  sockets.push(...(await Promise.all(some)));
}
createInterface({ input: process.stdin })
  .on('line', () => {
    [since, awaited, behind] = [performance.now(), awaited + 1, count];
  })
  .on('close', () => {
    for (const socket of sockets) socket.destroy();
  });
