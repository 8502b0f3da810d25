import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import Fastify from 'fastify';
import { until } from '../../../../test/until.ts';
import { collectAfterCrowds } from '../../src/http/collecting.ts';
import { listenOn } from '../../src/http/listening.ts';

async function serve() {
  const state = { collected: 0, busy: 0, look: () => {} };
  const app = Fastify();
  collectAfterCrowds(app, {
    collect: () => {
      state.collected += 1;
    },
    busy: () => state.busy,
    every: (_milliseconds, look) => {
      state.look = look;
      return () => {
        state.look = () => {};
      };
    },
  });
  const url = new URL(await listenOn(app, { host: '127.0.0.1', port: 0 }));
  let open = 0;
  app.server.on('connection', (socket) => {
    open += 1;
    socket.once('close', () => {
      open -= 1;
    });
  });
  let sockets: Socket[] = [];
  return {
    app,
    state,
    come: async (count: number) => {
      const some = Array.from({ length: count }, () => connect(Number(url.port), url.hostname));
      await Promise.all(some.map((socket) => once(socket, 'connect')));
      sockets = [...sockets, ...some];
      await until(async () => open === sockets.length);
    },
    /** So many leave, or all. */
    leave: async (count = sockets.length) => {
      for (const socket of sockets.splice(0, count)) socket.destroy();
      await until(async () => open === sockets.length);
    },
  };
}

it('garbage is collected once when a crowd has left, and there is little to do', async () => {
  const { app, state, come, leave } = await serve();
  await come(620);
  state.look();
  expect(state.collected).toBe(0);
  await leave(520);
  // Others may be leaving still.
  state.look();
  expect(state.collected).toBe(0);
  state.busy = 0.9;
  state.look();
  expect(state.collected).toBe(0);
  state.busy = 0.1;
  // Some always leave.
  await leave(10);
  state.look();
  state.look();
  expect(state.collected).toBe(1);

  await come(400);
  await leave(490);
  state.look();
  state.look();
  expect(state.collected).toBe(1);
  await leave();
  await app.close();
});

it('this process can collect its garbage', async () => {
  const app = Fastify();
  collectAfterCrowds(app);
  expect(globalThis.gc).toBeUndefined();
  await app.close();
});
