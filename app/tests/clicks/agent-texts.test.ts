import { expect, test } from '@jest/globals';
import { parseAgent, readAgent } from '../../src/clicks/agent.ts';
import { createAgentTexts } from '../../src/clicks/agent-texts.ts';
import { encodeBatch } from '../../src/clicks/batch.ts';
import { createBatchIds } from '../../src/clicks/batch-id.ts';

const chrome = (version: number): string =>
  `Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/${version}.0.0.0 Safari/537.36`;

test('a header is kept as it is until it has been read, then it is a short text that says the same', () => {
  const texts = createAgentTexts(10);
  expect(texts.textOf(chrome(126))).toBe(chrome(126));
  texts.learn();
  const short = texts.textOf(chrome(126));
  expect(short.length).toBeLessThan(40);
  expect(readAgent(short)).toEqual(parseAgent(chrome(126)));
});

test('with ten different browsers in a batch of ten, a click takes at most 100 bytes', () => {
  const texts = createAgentTexts(100);
  const headers = Array.from({ length: 10 }, (_, n) => chrome(100 + n));
  for (const header of headers) texts.textOf(header);
  texts.learn();
  const clicks = headers.map((header, n) => ({
    urlId: 1_000_000 + n,
    at: 1_780_000_000_000 + n,
    requestId: n.toString(16).padStart(32, '0'),
    visitor: 'visitor!',
    userAgent: texts.textOf(header),
    repeated: false,
    referrer: `www.site-${n}.example.org`,
  }));
  expect(encodeBatch(clicks, createBatchIds()).payload.length).toBeLessThanOrEqual(1_000);
});

test('of many new headers a few are read at a time, and only so many wait', () => {
  const texts = createAgentTexts(1_000);
  const short = () => Array.from({ length: 300 }, (_, n) => texts.textOf(chrome(n))).filter((text) => text.length < 40);
  expect(short()).toHaveLength(0);
  texts.learn();
  expect(short()).toHaveLength(10);
  for (let n = 0; n < 10; n++) texts.learn();
  expect(short()).toHaveLength(110);
});
