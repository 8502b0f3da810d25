import { redisCliLine } from '../../src/doctor/redis-cli-line.ts';

it.each([
  ['redis://localhost', 'redis-cli -h localhost -p 6379 PING'],
  ['redis://10.0.0.1:6380/2', 'redis-cli -h 10.0.0.1 -p 6380 PING'],
  ['redis://:secret@queue:6379', 'redis-cli -h queue -p 6379 --askpass PING'],
  ['rediss://me:secret@[::1]:7000', 'redis-cli -h ::1 -p 7000 --tls --user me --askpass PING'],
  ['redis-cluster://a:7000,b:7000', 'redis-cli -h SERVER PING'],
])('the command for %s names its server, and no password', (url, line) => {
  expect(redisCliLine(url, 'PING')).toBe(line);
});
