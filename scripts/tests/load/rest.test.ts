import { expect, test } from '@jest/globals';
import { awaitRest } from '../../src/load/rest.ts';

/** As many replicas at each look as these say; the last one stays. */
async function rest(counts: readonly number[], signal = new AbortController().signal) {
  const left = [...counts];
  const said: string[] = [];
  const count = async () => (left.length > 1 ? left.shift() : left[0]) ?? 0;
  let time = 0;
  const now = () => time++;
  await awaitRest({ count, least: 2, signal, print: (line) => said.push(line), every: 1, within: 20, now });
  return said;
}

test('as few replicas as may be → nothing is waited for', async () => expect(await rest([2])).toEqual([]));
test('more → until they have gone', async () =>
  expect(await rest([5, 5, 4, 3, 2])).toEqual(['waiting until 2 of 5 replicas are left']));
test('they do not go → an error that says so', () => expect(rest([5])).rejects.toThrow('5 replicas do not become 2'));
test('Ctrl-C → no longer', () =>
  expect(rest([5], AbortSignal.abort(new Error('interrupted')))).rejects.toThrow('interrupted'));
