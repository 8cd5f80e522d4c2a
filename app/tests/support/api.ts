import type { TestService } from './service.ts';

export type ApiAnswer = { status: number; headers: Headers; body: unknown };

/** Speaks JSON to a service: what was answered, with its body parsed where it is JSON. */
export async function call(
  service: Pick<TestService, 'url'>,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<ApiAnswer> {
  const json = { headers: { 'Content-Type': 'application/json', ...headers }, body: JSON.stringify(body) };
  const sent = body === undefined ? { headers } : json;
  const answer = await fetch(service.url + path, { method, redirect: 'manual', ...sent });
  const text = await answer.text();
  const isJson = /[/+]json/.test(answer.headers.get('content-type') ?? '');
  return { status: answer.status, headers: answer.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
}

/** Sends a file as the multipart field `file`, as browsers and `curl -F file=@FILE` do. */
export async function upload(
  service: Pick<TestService, 'url'>,
  path: string,
  content: string | Uint8Array<ArrayBuffer>,
  type = 'text/csv',
): Promise<ApiAnswer> {
  const form = new FormData();
  form.append('file', new Blob([content], { type }), `upload.${type.split('/')[1]}`);
  const answer = await fetch(service.url + path, { method: 'POST', body: form });
  return { status: answer.status, headers: answer.headers, body: await answer.json() };
}
