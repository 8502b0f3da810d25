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

/**
 * The answer to a command, asked for until there is one: a server that lives may be late on a
 * machine that stood still.
 */
export async function insistOn(port: number, words: readonly string[], password?: string): Promise<string> {
  for (;;) {
    const answer = await askRedis(port, words, password);
    if (answer !== '') return answer;
    await delay(20);
  }
}

function written(words: readonly string[]): string {
  return `*${words.length}\r\n${words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('')}`;
}
