import { addressOf, codeOf, inactiveLinks, inactiveMark } from '../../../k6/lib/links.ts';
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

const lines = (prefix: string, owner: number, from: number, to: number, active: boolean): string[] => [
  head,
  ...Array.from(
    { length: to - from },
    (_, at) => `${addressOf(from + at)},${codeOf(prefix, from + at)},${owner},${active}`,
  ),
];

type Making = { prefix: string; owner: number; count: number; mayBeThere: boolean };

async function makeLinks({ api, print }: Deps, { prefix, owner, count, mayBeThere }: Making): Promise<void> {
  await api.makeUrls(lines(`${prefix}${inactiveMark}`, owner, 0, inactiveLinks, false), mayBeThere);
  for (let from = 0; from < count; from += most) {
    const to = Math.min(from + most, count);
    await api.makeUrls(lines(prefix, owner, from, to, true), mayBeThere);
    if (count > most) print(`  ${to.toLocaleString('en')} of ${count.toLocaleString('en')} urls`);
  }
}

/** Few links are a run's own. Many are made once, under a name by which later runs find them. */
async function provideLinks(deps: Deps, count: number): Promise<{ prefix: string; owner: number }> {
  const { api, run, print } = deps;
  const isLarge = count > most;
  const name = isLarge ? `load-rows-${count}` : `load-${run}`;
  const prefix = isLarge ? `lr${count.toString(36)}-` : `lt${run}-`;
  const before = isLarge ? await api.findUser(name) : undefined;
  const owner = before ?? (await api.makeUser(name));
  const made = before !== undefined && (await api.isTaken(codeOf(prefix, count - 1)));
  print(`${made ? 'taking the' : 'making'} ${count.toLocaleString('en')} urls${made ? ' of before' : ''}`);
  if (!made) await makeLinks(deps, { prefix, owner, count, mayBeThere: before !== undefined });
  return { prefix, owner };
}

async function firstIds(api: Api, owner: number): Promise<number[]> {
  const ids: number[] = [];
  for await (const { id } of api.urlsOf(owner)) if (ids.push(id) >= shown + inactiveLinks) break;
  return ids.slice(inactiveLinks);
}

/** Makes users and links for a run. */
export async function prepare(deps: Deps, { links, rows, users }: Wanted): Promise<Prepared> {
  const { prefix, owner } = await provideLinks(deps, Math.max(links, rows));
  const userIds: number[] = [];
  for (let user = 0; user < users; user += 1) userIds.push(await deps.api.makeUser(`load-${deps.run}-${user}`));
  return { prefix, owner, userIds, urlIds: await firstIds(deps.api, owner) };
}
