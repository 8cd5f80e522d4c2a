import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { codeOf, inactiveLinks, spreadOf } from '../../../k6/lib/links.ts';
import type { Api } from '../../src/load/api.ts';
import { prepare } from '../../src/load/prepare.ts';

const silent = { run: 'r', print: () => {} };

/** A service that remembers its rows, and takes no more than there is room for. */
function remembering() {
  const rows: string[] = [];
  const has = { room: Number.POSITIVE_INFINITY };
  const asked: string[] = [];
  const users = new Map<string, number>();
  const api: Api = {
    makeUser: async (name) => users.set(name, users.size + 1).size,
    findUser: async (name) => users.get(name),
    async makeUrls([, ...lines]) {
      for (const line of lines) {
        if (rows.length >= has.room) throw new Error('full');
        const code = line.split(',')[1] ?? '';
        if (!rows.includes(code, Math.max(0, rows.length - 20_000))) rows.push(code);
      }
    },
    async isTaken(code) {
      asked.push(code);
      return rows.includes(code);
    },
    async *urlsOf() {
      for (const [id, short_code] of rows.entries()) yield { id, short_code, click_count: 0 };
    },
    countUrls: async () => rows.length,
  };
  return { api, rows, asked, has };
}

describe('links of a load', () => {
  test('no two have a code in common', () =>
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.integer({ min: 0, max: 2 ** 32 - 1 }), (a, b) => {
        expect(spreadOf(a) === spreadOf(b)).toBe(a === b);
      }),
    ));

  test('are each made once, and the most popular are no neighbours: neither their rows nor their codes', async () => {
    const { api, rows } = remembering();
    const { prefix, urlIds } = await prepare({ ...silent, api }, { links: 5_000, rows: 0, users: 1 });
    const links = Array.from({ length: 5_000 }, (_, link) => codeOf(prefix, link));
    expect(rows.slice(inactiveLinks).toSorted()).toEqual(links.toSorted());
    const places = links.slice(0, 50).map((code) => rows.indexOf(code));
    expect(urlIds).toEqual(places);
    const least = (order: readonly string[]) => {
      const found = links.slice(0, 50).map((code) => order.indexOf(code));
      return Math.min(...found.toSorted((a, b) => a - b).map((place, at, all) => place - (all[at - 1] ?? -50)));
    };
    expect(least(rows)).toBeGreaterThan(30);
    expect(least(links.toSorted())).toBeGreaterThan(5);
  });

  test('many are taken again, and made again where the last of them is not there', async () => {
    const wanted = { links: 1_000, rows: 20_000, users: 0 };
    const { api, rows, asked, has } = remembering();
    has.room = 15_000;
    await expect(prepare({ ...silent, api }, wanted)).rejects.toThrow('full');
    has.room = Number.POSITIVE_INFINITY;
    const first = await prepare({ ...silent, api }, wanted);
    expect(rows).toHaveLength(20_000 + inactiveLinks);
    expect(await prepare({ ...silent, api }, wanted)).toEqual(first);
    expect(rows).toHaveLength(20_000 + inactiveLinks);
    expect(asked).toEqual([rows.at(-1), rows.at(-1)]);
  });
});
