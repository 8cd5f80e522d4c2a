import http, { type RefinedResponse, type ResponseType } from 'k6/http';
import { countApi, countCreated, countEdge, countRedirect, countStart } from './counters.ts';
import { codeOf, inactiveLinks, inactiveMark, unknownMark } from './links.ts';
import { settings } from './settings.ts';

const { target, key, prefix, userIds, urlIds } = settings;
const timeout = '10s';
const bulkLines = 200;
const pageSize = 20;

const auth: Record<string, string> = key ? { Authorization: `Bearer ${key}` } : {};
const json = { ...auth, 'Content-Type': 'application/json' };

type Answer = RefinedResponse<ResponseType | undefined>;

const plain = (name: string) => ({ redirects: 0, timeout, tags: { name } });
const follows = plain('/:code');
const reads = (name: string) => ({ ...plain(name), headers: auth });
const lists = reads('/urls');
const users = reads('/users');
const one = reads('/urls/:id');
const statistics = reads('/urls/:id/stats');
const history = reads('/events');
const health = plain('/health');
const closed = plain('/metrics');
const creates = { ...plain('/urls'), headers: json, responseType: 'text' } as const;
const uploads = { ...plain('/urls/bulk'), headers: { ...auth, 'Content-Type': 'text/csv' } };

const at = <T>(list: readonly T[], index: number): T | undefined => list[index % list.length];

/** Follows a link of the run without going where it leads; answers what came. */
export function follow(link: number): Answer {
  countStart();
  const answer = http.get(`${target}/${codeOf(prefix, link)}`, follows);
  countRedirect(answer, link);
  return answer;
}

/** Asks for a code that nobody has. */
export const miss = (index: number): boolean =>
  countApi(http.get(`${target}/${codeOf(`${unknownMark}${prefix}`, index)}`, follows), 404);

/** Asks for a link that is switched off. */
export const gone = (index: number): boolean =>
  countApi(http.get(`${target}/${codeOf(`${prefix}${inactiveMark}`, index % inactiveLinks)}`, follows), 410);

/** Creates a link; answers its id. */
export function create(index: number): number | undefined {
  const body = JSON.stringify({
    original_url: `https://example.com/made/${index}`,
    user_id: at(userIds, index) ?? null,
    title: 'Made by a load test',
  });
  const answer = http.post(`${target}/urls`, body, creates);
  if (!countApi(answer, 201)) return undefined;
  countCreated(1);
  return Number(answer.json('id'));
}

export const readOne = (id: number): boolean => countApi(http.get(`${target}/urls/${id}`, one), 200);

export const listUrls = (index: number): boolean =>
  countApi(http.get(`${target}/urls?user_id=${at(userIds, index)}&per_page=${pageSize}`, lists), 200);

export const listUsers = (): boolean => countApi(http.get(`${target}/users?per_page=${pageSize}`, users), 200);

export const readStats = (index: number): boolean =>
  countApi(http.get(`${target}/urls/${at(urlIds, index)}/stats`, statistics), 200);

export const readEvents = (index: number): boolean =>
  countApi(http.get(`${target}/events?url_id=${at(urlIds, index)}&per_page=${pageSize}`, history), 200);

export const askHealth = (): boolean => countApi(http.get(`${target}/health`, health), 200);

/** Asks for what the edge closes to all: no replica has a part in the answer. */
export const askEdge = (): void => countEdge(http.get(`${target}/metrics`, closed));

/** Sends a file of urls. */
export function upload(index: number): void {
  const owner = at(userIds, index) ?? '';
  const lines = Array.from({ length: bulkLines }, (_, line) => `https://example.com/sent/${index}/${line},${owner}`);
  const answer = http.post(`${target}/urls/bulk`, ['original_url,user_id', ...lines].join('\n'), uploads);
  if (countApi(answer, 201)) countCreated(bulkLines);
}
