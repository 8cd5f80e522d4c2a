import { type AgentOptions, type ClientRequest, Agent as PlainAgent, type RequestOptions, request } from 'node:http';
import { request as requestTls, Agent as TlsAgent } from 'node:https';

/**
 * A service that is asked at an address. One that has a name is the edge of this machine, which is asked by that name at a
 * loopback address: its certificate proves nothing more there, and one that is no good must stop nobody.
 */
export type Service = { target: string; name?: string };

/** Its address by its name. Only for who looks the name up as this machine: elsewhere it is somebody else's. */
export const namedTarget = ({ name, target }: Service): string =>
  name === undefined ? target : target.replace('127.0.0.1', name);

const isTls = ({ target }: Service): boolean => target.startsWith('https:');

/** Keeps connections to a service. */
export const createAgent = (service: Service, options: AgentOptions): PlainAgent =>
  isTls(service) ? new TlsAgent(options) : new PlainAgent(options);

/** Begins a request, which the caller ends. TLS asks for the name that the request is for. */
export function openRequest(service: Service, path: string, { headers, ...options }: RequestOptions): ClientRequest {
  const { name, target } = service;
  const sent = { ...options, headers: { ...headers, ...(name !== undefined && { host: name }) } };
  const url = `${target}${path}`;
  return isTls(service) ? requestTls(url, { ...sent, rejectUnauthorized: name === undefined }) : request(url, sent);
}

type Asked = { method?: string; headers?: Readonly<Record<string, string>>; body?: string; signal: AbortSignal };

/**
 * The whole answer of a service, on a connection of its own. No redirect is followed: on the way the key would be lost. Rejects
 * where there is no answer, and at the signal.
 */
export async function askService(service: Service, path: string, { body, ...options }: Asked): Promise<Response> {
  const { promise, resolve, reject } = Promise.withResolvers<Response>();
  const sent = openRequest(service, path, { ...options, agent: false });
  sent.on('error', reject);
  sent.on('response', (answer) => {
    const headers = Object.entries(answer.headersDistinct).flatMap(([header, values = []]) =>
      values.map((value): [string, string] => [header, value]),
    );
    answer.toArray().then((parts: Buffer[]) => {
      // Some answers have no body, and then may not have an empty one.
      const whole = parts.length > 0 ? Buffer.concat(parts) : null;
      resolve(new Response(whole, { status: answer.statusCode ?? 0, headers }));
    }, reject);
  });
  sent.end(body);
  return await promise;
}
