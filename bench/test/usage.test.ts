import { callsIn, redisMillisecondsIn, ticksIn, type Usage, usageBetween, withoutIdle } from '../usage.ts';

const usage = (seconds: number, calls: Record<string, number>, milliseconds: number): Usage => ({
  seconds,
  commands: { queue: calls },
  cpu: { worker: milliseconds },
  redisCpu: { queue: 2 * milliseconds },
});

it('calls are read by kind, subcommands too, and without those by which they are asked for', () => {
  const info = [
    '# Commandstats',
    'cmdstat_evalsha:calls=12,usec=340,usec_per_call=28.33,rejected_calls=0,failed_calls=0',
    'cmdstat_client|setname:calls=3,usec=4,usec_per_call=1.33,rejected_calls=0,failed_calls=0',
    'cmdstat_info:calls=2,usec=90,usec_per_call=45.00,rejected_calls=0,failed_calls=0',
    '',
  ].join('\r\n');
  expect(callsIn(info)).toEqual({ evalsha: 12, 'client|setname': 3 });
});

it('the CPU time of a Redis is that of itself, without its children', () => {
  const info = 'used_cpu_sys:0.25\r\nused_cpu_user:1.5\r\nused_cpu_sys_children:7\r\nused_cpu_user_children:8\r\n';
  expect(redisMillisecondsIn(info)).toBe(1750);
});

it('ticks are those of user and system, whatever the program is called', () => {
  const stat = `7 (a) b (c) S 1 7 7 0 -1 4194560 9 9 9 9 150 25 40 2 20 0 11 0 5`;
  expect(ticksIn(stat)).toEqual({ own: 175, children: 42 });
});

it('the work between two looks has commands that were called for the first time', () => {
  const between = usageBetween(usage(10, { get: 5 }, 100), usage(12, { get: 9, set: 1 }, 160));
  expect(between).toEqual(usage(2, { get: 4, set: 1 }, 60));
});

it('what is done when nobody asks is left out in proportion to the time', () => {
  const idle = usage(10, { bzpopmin: 20 }, 50);
  expect(withoutIdle(usage(2, { bzpopmin: 10, get: 3 }, 40), idle)).toEqual(usage(2, { bzpopmin: 6, get: 3 }, 30));
});
