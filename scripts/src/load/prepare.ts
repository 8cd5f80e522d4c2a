import { addressOf, codeOf, inactiveLinks, inactiveMark, spreadOf } from '../../../k6/lib/links.ts';
import type { Api } from './api.ts';

/** Links that a run follows, and who owns them. */
export type Prepared = {
  prefix: string;
  /** Owner of the links that are followed; what a run creates belongs to `userIds`. */
  owner: number;
  userIds: number[];
  /** Some of the links, the most popular first: those whose statistics are looked at. */
  urlIds: number[];
};

type Wanted = { links: number; rows: number; users: number };
type Deps = { api: Api; run: string; print: (line: string) => void };

/** As many as the service takes at once. */
const most = 10_000;
const shown = 50;
const head = 'original_url,custom_alias,user_id,is_active';

/** Within so many rows, neighbours in popularity lie apart; who looks for the first of them need not read all others. */
const spread = 100_000;

/** Links from a number on, in the order of their rows. */
const inRows = (from: number, to: number): number[] =>
  Array.from({ length: to - from }, (_, at) => from + at).toSorted((a, b) => spreadOf(a) - spreadOf(b));

const lines = (prefix: string, owner: number, links: readonly number[], active: boolean): string[] => [
  head,
  ...links.map((link) => `${addressOf(link)},${codeOf(prefix, link)},${owner},${active}`),
];

type Making = { prefix: string; owner: number; count: number; mayBeThere: boolean };

async function makeLinks({ api, print }: Deps, { prefix, owner, count, mayBeThere }: Making): Promise<void> {
  await api.makeUrls(lines(`${prefix}${inactiveMark}`, owner, inRows(0, inactiveLinks), false), mayBeThere);
  for (let from = 0; from < count; from += spread) {
    const links = inRows(from, Math.min(from + spread, count));
    for (let at = 0; at < links.length; at += most) {
      const some = links.slice(at, at + most);
      await api.makeUrls(lines(prefix, owner, some, true), mayBeThere);
      if (count > most)
        print(`  ${(from + at + some.length).toLocaleString('en')} of ${count.toLocaleString('en')} urls`);
    }
  }
}

/** The link whose row is made last. */
const lastOf = (count: number): number => inRows(Math.floor((count - 1) / spread) * spread, count).at(-1) ?? 0;

/** Few links are a run's own. Many are made once, under a name by which later runs find them. */
async function provideLinks(deps: Deps, count: number): Promise<{ prefix: string; owner: number }> {
  const { api, run, print } = deps;
  const isLarge = count > most;
  const name = isLarge ? `load-spread-${count}` : `load-${run}`;
  const prefix = isLarge ? `ls${count.toString(36)}-` : `lt${run}-`;
  const before = isLarge ? await api.findUser(name) : undefined;
  const owner = before ?? (await api.makeUser(name));
  const made = before !== undefined && (await api.isTaken(codeOf(prefix, lastOf(count))));
  print(`${made ? 'taking the' : 'making'} ${count.toLocaleString('en')} urls${made ? ' of before' : ''}`);
  if (!made) await makeLinks(deps, { prefix, owner, count, mayBeThere: before !== undefined });
  return { prefix, owner };
}

async function mostPopular(api: Api, owner: number, prefix: string): Promise<number[]> {
  const codes = Array.from({ length: shown }, (_, link) => codeOf(prefix, link));
  const wanted = new Set(codes);
  const ids = new Map<string, number>();
  for await (const { id, short_code } of api.urlsOf(owner))
    if (wanted.has(short_code) && ids.set(short_code, id).size === shown) break;
  return codes.flatMap((code) => ids.get(code) ?? []);
}

/** Makes users and links for a run. */
export async function prepare(deps: Deps, { links, rows, users }: Wanted): Promise<Prepared> {
  const { prefix, owner } = await provideLinks(deps, Math.max(links, rows));
  const userIds: number[] = [];
  for (let user = 0; user < users; user += 1) userIds.push(await deps.api.makeUser(`load-${deps.run}-${user}`));
  return { prefix, owner, userIds, urlIds: await mostPopular(deps.api, owner, prefix) };
}
