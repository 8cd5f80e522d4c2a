/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

export type SeedSize = { users: number; urls: number; events: number; seed?: number };
export type SeedData = { 'users.csv': string; 'urls.csv': string; 'events.csv': string };

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const firstSecond = Date.UTC(2025, 0, 1) / 1_000;
const year = 365 * 86_400;

/** `2025-12-29 00:57:12`: how databases write an instant in UTC. */
const written = (second: number): string => new Date(second * 1_000).toISOString().slice(0, 19).replace('T', ' ');
const quoted = (value: unknown): string => `"${JSON.stringify(value).replaceAll('"', '""')}"`;

/** Files like those that `npm run seed` reads: ids from 1, timestamps without a zone, a fifth of the urls inactive. */
export function seedData({ users, urls, events, seed = 1 }: SeedSize): SeedData {
  const random = seededRandom(seed);
  const below = (most: number): number => Math.floor(random() * most);
  const moment = (): string => written(firstSecond + below(year));
  const userLines = Array.from(
    { length: users },
    (_, n) => `${n + 1},user${n + 1},user${n + 1}@example.org,${moment()}`,
  );
  const made = Array.from({ length: urls }, (_, n) => ({
    id: n + 1,
    owner: 1 + below(users),
    // Three letters of the number keep the codes apart, the others are random.
    code: [n, Math.floor(n / 62), Math.floor(n / 3_844), below(62), below(62), below(62)]
      .map((index) => letters.charAt(index % 62))
      .join(''),
    address: `https://example.com/path/${n + 1}?of=${below(1_000)}`,
    created: moment(),
  }));
  const urlLines = made.map(({ id, owner, code, address, created }) =>
    [id, owner, code, address, `Title ${id}`, random() < 0.8 ? 'True' : 'False', created, created].join(','),
  );
  const eventLines = Array.from({ length: events }, (_, n) => {
    const url = made[n < urls ? n : below(urls)];
    if (!url) throw new Error('events need urls');
    const details = { short_code: url.code, original_url: url.address };
    const isCreation = n < urls;
    const cells = isCreation ? ['created', url.created] : ['click', moment()];
    return [n + 1, url.id, url.owner, ...cells, quoted(isCreation ? details : {})].join(',');
  });
  const file = (head: string, lines: readonly string[]): string => `${[head, ...lines].join('\n')}\n`;
  return {
    'users.csv': file('id,username,email,created_at', userLines),
    'urls.csv': file('id,user_id,short_code,original_url,title,is_active,created_at,updated_at', urlLines),
    'events.csv': file('id,url_id,user_id,event_type,timestamp,details', eventLines),
  };
}
