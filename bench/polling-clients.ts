import { connect, type Socket } from 'node:net';

/**
 * Clients that poll the status of a job each, over a connection that each keeps: a process of its
 * own. Arguments: the URL of the gateway, clients, the milliseconds between two polls of a client,
 * seconds, the ids of jobs with commas between. Prints one line of JSON: the milliseconds of each
 * answer after the first poll, what failed, and the share of the time that this process was busy.
 */
const [url = '', clients = '1', every = '5000', seconds = '10', ids = ''] = process.argv.slice(2);
const { hostname, port } = new URL(url);
const jobs = ids.split(',');
const everyMilliseconds = Number(every);
const end = performance.now() + 1000 * Number(seconds);
const times: number[] = [];
const wrong: Record<string, number> = {};

function note(what: string): void {
  wrong[what] = (wrong[what] ?? 0) + 1;
}

/** Polls until the time is up: an answer is read by its content length. */
async function poll(socket: Socket, job: string): Promise<void> {
  for (let n = 0; performance.now() < end; n++) {
    const begun = performance.now();
    const status = await ask(socket, job);
    if (status !== 200) note(`status ${status}`);
    // The first poll is the greeting of a new connection.
    if (n > 0) times.push(performance.now() - begun);
    await pause(everyMilliseconds * (0.8 + 0.4 * Math.random()));
  }
  socket.end();
}

function ask(socket: Socket, job: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (chunk: string) => {
      text += chunk;
      const head = text.indexOf('\r\n\r\n');
      const length = Number(/content-length: (\d+)/i.exec(text)?.[1] ?? Number.NaN);
      if (head < 0 || Buffer.byteLength(text) < head + 4 + length) return;
      socket.off('data', read).off('close', close);
      resolve(Number(text.slice(9, 12)));
    };
    const close = () =>
      reject(new Error(`the connection was closed: ${socket.errored?.message ?? 'without an error'}`));
    socket.on('data', read).once('close', close);
    socket.write(`GET /api/jobs/${job} HTTP/1.1\r\nhost: ${hostname}\r\n\r\n`);
  });
}

async function live(index: number): Promise<void> {
  await pause(Math.random() * everyMilliseconds);
  const socket = connect(Number(port), hostname).setEncoding('utf8').setNoDelay(true);
  socket.on('error', () => undefined);
  try {
    await poll(socket, jobs[index % jobs.length] as string);
  } catch (error) {
    note((error as Error).message);
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

await Promise.all(Array.from({ length: Number(clients) }, (_, index) => live(index)));
const { utilization } = performance.eventLoopUtilization();
console.log(JSON.stringify({ times: times.map((time) => Math.round(100 * time) / 100), wrong, busy: utilization }));
