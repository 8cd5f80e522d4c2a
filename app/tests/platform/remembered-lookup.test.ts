import type { LookupAddress } from 'node:dns';
import type { LookupFunction } from 'node:net';
import { beforeEach, expect, test } from '@jest/globals';
import { createLookup } from '../../src/platform/remembered-lookup.ts';

const one: LookupAddress[] = [{ address: '10.0.0.1', family: 4 }];
const two: LookupAddress[] = [{ address: '10.0.0.2', family: 4 }];
const failure = (code: string) => Object.assign(new Error(`getaddrinfo ${code}`), { code });

let questions: { resolve(addresses: LookupAddress[]): void; reject(error: Error): void }[];
let lookup: LookupFunction;
beforeEach(() => {
  questions = [];
  const resolve = () => {
    const { promise, ...question } = Promise.withResolvers<LookupAddress[]>();
    questions.push(question);
    return promise;
  };
  lookup = createLookup({ resolve, patience: 20 });
});

const find = (options: { all: boolean }, name = 'postgres') =>
  new Promise<unknown>((resolve, reject) => {
    lookup(name, options, (error, address, family) => (error ? reject(error) : resolve([address, family])));
  });
const all = { all: true };

/** A first lookup, answered with this. */
async function learn(addresses: LookupAddress[]): Promise<void> {
  const found = find(all);
  questions.at(-1)?.resolve(addresses);
  expect(await found).toEqual([addresses, undefined]);
}

test('a name server that answers is believed each time, with one address or all', async () => {
  await learn(one);
  await learn(two);
  const found = find({ all: false });
  questions.at(-1)?.resolve(one);
  expect(await found).toEqual(['10.0.0.1', 4]);
});

test('one that is away, or answers late: a name leads where it last led, and to the new place when it is told', async () => {
  await learn(one);
  const away = find(all);
  questions.at(-1)?.reject(failure('EAI_AGAIN'));
  expect(await away).toEqual([one, undefined]);
  expect(await find(all)).toEqual([one, undefined]);
  questions.at(-1)?.resolve(two);
  await learn(two);
});

test('a question without an answer is not asked twice, and does not keep other names waiting', async () => {
  await learn(one);
  const before = questions.length;
  await Promise.all([find(all), find(all), find(all)]);
  await find(all);
  expect(questions.length).toBe(before + 1);
  const other = find(all, 'cache');
  questions.at(-1)?.resolve(two);
  expect(await other).toEqual([two, undefined]);
});

test('a name that there is not, or was never known: the error', async () => {
  const unknown = find(all);
  questions.at(-1)?.reject(failure('EAI_AGAIN'));
  await expect(unknown).rejects.toThrow('EAI_AGAIN');
  await learn(one);
  for (const code of ['ENOTFOUND', 'EAI_AGAIN']) {
    const gone = find(all);
    questions.at(-1)?.reject(failure(code));
    await expect(gone).rejects.toThrow(code);
  }
});
