import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * The answer of a server of this machine to a command, as it is sent; empty when none answers. That
 * to its password comes first.
 */
export function askRedis(port: number, words: readonly string[], password?: string): Promise<string> {
  const commands = [...(password === undefined ? [] : [['AUTH', password]]), words, ['QUIT']];
  return new Promise((resolve) => {
    let reply = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(commands.map(written).join('')));
    socket.setEncoding('utf8').setTimeout(1_000, () => socket.destroy());
    socket.on('data', (text) => {
      reply += text;
    });
    socket.on('error', () => undefined).once('close', () => resolve(reply));
  });
}

/** The wait for an answer: a server that lives may be late on a machine that stood still. */
const patienceMilliseconds = 60_000;

/** The answer to a command, asked for until there is one. Throws a refusal, or that none came. */
export async function insistOn(port: number, words: readonly string[], password?: string): Promise<string> {
  const last = performance.now() + patienceMilliseconds;
  for (let times = 1; performance.now() < last; times++) {
    const answer = await askRedis(port, words, password);
    // A Sentinel refuses QUIT, which comes last.
    const [, refusal] = (password === undefined ? /^-(.*)/ : /^(?:\+OK\r\n)?-(.*)/).exec(answer) ?? [];
    // A command that is sent again may be refused because the first one was done.
    if (refusal !== undefined && times === 1) throw new Error(`Redis at port ${port}: ${words.join(' ')}: ${refusal}`);
    if (answer !== '') return answer;
    await delay(20);
  }
  throw new Error(`no Redis at port ${port} has answered ${words.join(' ')}`);
}

function written(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
