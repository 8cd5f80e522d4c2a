import { ScriptError } from '../platform/run.ts';
import { askUntilServed } from './served.ts';
import { askService, type Service } from './service.ts';

export type Url = { id: number; short_code: string; click_count: number };

/** What preparing and checking need of the service. */
export type Api = {
  /** Makes a user and answers the id. */
  makeUser(name: string): Promise<number>;
  /** The user of that name, if there is one. */
  findUser(name: string): Promise<number | undefined>;
  /** Sends lines of CSV with a head line; throws unless every one was taken, or was there already if that may be. */
  makeUrls(lines: readonly string[], mayBeThere: boolean): Promise<void>;
  /** Whether a code is somebody's. */
  isTaken(code: string): Promise<boolean>;
  /** Every url of a user, the oldest first. */
  urlsOf(user: number): AsyncGenerator<Url>;
  /** Urls of a user, counted to 10,000. */
  countUrls(user: number): Promise<number>;
};

type Deps = { service: Service; key: string; signal: AbortSignal };

const timeout = 120_000;
const pageSize = 100;

/** Asks a service with a key until the signal. Throws for what is no success, with the request and what was answered. */
function createAsk({ service, key, signal }: Deps) {
  const headers: Record<string, string> = key ? { Authorization: `Bearer ${key}` } : {};
  return async (method: string, path: string, type?: string, body?: string): Promise<Response> => {
    const sent = { method, headers: { ...headers, ...(type && { 'Content-Type': type }) }, ...(body && { body }) };
    const ends = () => AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
    // Lists are what a service refuses first: right after a load it may still be doing so.
    const response = await askUntilServed(() => askService(service, path, { ...sent, signal: ends() }));
    if (response.ok) return response;
    const hint = response.status === 429 ? ' (loads need EDGE_LIMIT=off, or a key without a limit)' : '';
    throw new ScriptError(`${method} ${path} answered ${response.status}${hint}: ${await response.text()}`);
  };
}

const nextOf = (response: Response): string | undefined =>
  /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];

/** A service, asked with a key until the signal. Every failure says which request it was and what was answered. */
export function createApi(deps: Deps): Api {
  const { service } = deps;
  const ask = createAsk(deps);
  async function* pages<Row>(path: string): AsyncGenerator<Row> {
    for (let next: string | undefined = path; next; ) {
      const response: Response = await ask('GET', next);
      yield* (await response.json()) as Row[];
      next = nextOf(response);
    }
  }
  return {
    async makeUser(name) {
      const body = JSON.stringify({ username: name, email: `${name}@example.com` });
      return ((await (await ask('POST', '/users', 'application/json', body)).json()) as { id: number }).id;
    },
    async findUser(name) {
      for await (const { id, username } of pages<{ id: number; username: string }>(
        `/users?cursor=&per_page=${pageSize}`,
      ))
        if (username === name) return id;
      return undefined;
    },
    async makeUrls(lines, mayBeThere) {
      const report = (await (await ask('POST', '/urls/bulk', 'text/csv', lines.join('\n'))).json()) as {
        imported: number;
        errors: { line: number; error: string }[];
      };
      if (mayBeThere || report.imported === lines.length - 1) return;
      throw new ScriptError(`${lines.length - 1 - report.imported} links were refused: ${report.errors[0]?.error}`);
    },
    async isTaken(code) {
      const response = await askService(service, `/${code}+`, { signal: AbortSignal.timeout(timeout) });
      await response.body?.cancel();
      return response.status === 200;
    },
    urlsOf: (user) => pages<Url>(`/urls?user_id=${user}&cursor=&per_page=${pageSize}`),
    async countUrls(user) {
      const response = await ask('GET', `/urls?user_id=${user}&per_page=1`);
      await response.body?.cancel();
      return Number(response.headers.get('x-total-count'));
    },
  };
}
