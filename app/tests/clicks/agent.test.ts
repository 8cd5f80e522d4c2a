import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { agentName, createAgents, parseAgent, readAgent, writeAgent } from '../../src/clicks/agent.ts';

const chrome =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36';
const safari =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';
const googlebot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)';

test.each([
  [chrome, { browser: 'Chrome', os: 'Windows', device: 'desktop', bot: false }],
  [safari, { browser: 'Safari', os: 'iOS', device: 'mobile', bot: false }],
  [
    'Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0',
    { browser: 'Firefox', os: 'Linux', device: 'desktop', bot: false },
  ],
  ['', { browser: 'Other', os: 'Other', device: 'Other', bot: false }],
])('%s is read', (userAgent, agent) => {
  expect(parseAgent(userAgent)).toEqual(agent);
});

test('bots are flagged', () => {
  for (const bot of [googlebot, 'curl/8.1.2', 'facebookexternalhit/1.1']) expect(parseAgent(bot).bot).toBe(true);
});

test('whatever is sent, a name is one of a closed set', () => {
  const names = new Set<string>();
  fc.assert(
    fc.property(fc.string({ maxLength: 400 }), (invented) => {
      names.add(parseAgent(`${invented}/1.0`).browser);
    }),
  );
  expect(parseAgent('Invented/1.0').browser).toBe('Other');
  expect(names.size).toBeLessThan(10);
});

test('equal agents are one object, also after the memory has forgotten their header', () => {
  const agentOf = createAgents(2);
  const first = agentOf(chrome);
  for (let n = 0; n < 10; n++) agentOf(`curl/${n}`);
  expect(agentOf(chrome)).toBe(first);
  expect(agentOf('curl/1')).toBe(agentOf('curl/2'));
});

test('an agent written short is read as the same, and names that nobody knows become Other', () => {
  for (const userAgent of [chrome, safari, googlebot, 'curl/8.1', '']) {
    const agent = parseAgent(userAgent);
    expect(readAgent(writeAgent(agent))).toEqual(agent);
    expect(writeAgent(agent).length).toBeLessThan(50);
  }
  expect(readAgent('\u00010Invented|Windows')).toEqual({
    browser: 'Other',
    os: 'Windows',
    device: 'Other',
    bot: false,
  });
  expect(agentName(parseAgent(chrome))).toBe('Chrome|Windows|desktop');
});
