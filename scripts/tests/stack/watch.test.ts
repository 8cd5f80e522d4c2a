import { expect, test } from '@jest/globals';
import { type Screen, watch } from '../../src/stack/watch.ts';

const up: Screen = { lines: ['release    app:1', 'services'], runs: true };
const down: Screen = { lines: ['nothing runs'], runs: false };

/** Watches a stack that is another at each look, until these were all looked at: then comes Ctrl-C, while resting. */
async function watched(...screens: (Screen | Error)[]) {
  const interrupt = new AbortController();
  const printed: string[] = [];
  let looks = 0;
  const ended = watch({
    look: async () => {
      const screen = screens[looks];
      looks += 1;
      if (screen instanceof Error) throw screen;
      return screen ?? down;
    },
    print: (text) => void printed.push(text),
    now: () => looks * 2_000,
    rest: async () => {
      if (looks === screens.length) interrupt.abort();
    },
    signal: interrupt.signal,
  });
  return { interrupt, printed, runs: await ended };
}

test('each look is drawn over the one before, with its time; Ctrl-C ends it', async () => {
  const { printed, runs } = await watched(down, up);
  expect(printed).toEqual([
    '\u001b[H\u001b[2J\u001b[3J1970-01-01T00:00:02.000Z\nnothing runs',
    '\u001b[H\u001b[2J\u001b[3J1970-01-01T00:00:04.000Z\nrelease    app:1\nservices',
  ]);
  expect(runs).toBe(true);
});

test('what ran at the last look is what it ends with', async () => expect((await watched(up, down)).runs).toBe(false));

test('a look that fails is a failure', () => expect(watched(up, new Error('no engine'))).rejects.toThrow('no engine'));

test.each([
  ['fails', () => Promise.reject(new Error('docker was ended'))],
  ['sees nothing', async () => down],
])('a look that Ctrl-C cut off is none where it %s', async (_what, cutOff) => {
  const interrupt = new AbortController();
  let looks = 0;
  const look = async () => {
    looks += 1;
    if (looks === 1) return up;
    interrupt.abort();
    return await cutOff();
  };
  const { signal } = interrupt;
  const printed: string[] = [];
  const print = (text: string) => void printed.push(text);
  expect(await watch({ look, print, now: () => 0, rest: async () => {}, signal })).toBe(true);
  expect(printed).toHaveLength(1);
});
