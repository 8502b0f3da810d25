import { isMerelyLooking } from '../../src/answers/who-asks.ts';

const looks = (headers: Record<string, string>, method = 'GET') => isMerelyLooking({ method, headers });

/** A telephone. */
const cubot = 'Mozilla/5.0 (Linux; Android 11; CUBOT NOTE 20) Chrome/140.0';

it('programs and people who ask want an answer', () => {
  for (const agent of [
    'curl/8.5.0',
    'Mozilla/5.0 (X11; Linux x86_64) Firefox/140.0',
    'node',
    'python-requests/2',
    '',
    cubot,
  ])
    expect([agent, looks({ 'user-agent': agent })]).toEqual([agent, false]);
  expect(looks({ 'sec-purpose': 'none', purpose: '' })).toBe(false);
});

it('crawlers and makers of previews say who they are', () => {
  for (const agent of [
    ...['Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)', 'GPTBot/1.2', 'Twitterbot/1.0'],
    ...['facebookexternalhit/1.1', 'Yandex spider', 'some-crawler 2', 'Slack-ImgProxy LinkPreview', 'Slackbot 1.0'],
  ])
    expect([agent, looks({ 'user-agent': agent })]).toEqual([agent, true]);
});

it('browsers say when they fetch what nobody has asked for', () => {
  for (const headers of [
    ...[
      { 'sec-purpose': 'prefetch' },
      { 'sec-purpose': 'prefetch;prerender' },
      { 'sec-purpose': 'Prefetch;anonymous' },
    ],
    ...[{ purpose: 'prefetch' }, { 'x-moz': 'prefetch' }, { 'x-purpose': 'preview' }],
  ])
    expect([headers, looks(headers)]).toEqual([headers, true]);
  expect(looks({}, 'HEAD')).toBe(true);
});
