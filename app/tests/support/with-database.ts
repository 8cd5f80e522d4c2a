/** The same Postgres, another database. By text, as `postgres://user@/name?host=/folder` is no URL to the URL parser. */
export function withDatabase(url: string, database: string): string {
  return url.replace(/^([a-z]+:\/\/[^/?]*)(\/[^?]*)?/, (_, server: string) => `${server}/${database}`);
}
