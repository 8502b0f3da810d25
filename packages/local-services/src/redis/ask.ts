import { connect } from 'node:net';

/** The answer of a server of this machine to a command, as it is sent; empty when none answers. */
export function askRedis(port: number, words: readonly string[]): Promise<string> {
  return new Promise((resolve) => {
    let reply = '';
    const command = words.map((word) => `$${Buffer.byteLength(word)}\r\n${word}\r\n`).join('');
    const socket = connect(port, '127.0.0.1', () => socket.write(`*${words.length}\r\n${command}*1\r\n$4\r\nQUIT\r\n`));
    socket.setEncoding('utf8').setTimeout(1_000, () => socket.destroy());
    socket.on('data', (text) => {
      reply += text;
    });
    socket.on('error', () => undefined).once('close', () => resolve(reply));
  });
}
