import type { RequestListener } from 'node:http';

type Deps = {
  metrics: () => Promise<{ type: string; text: string }>;
  /** Milliseconds since the last tick ended. */
  idle: () => number;
  /** Longer without a tick is not healthy, in milliseconds. */
  patience: () => number;
};

/** GET /metrics for Prometheus, and GET /health for Docker: 503 while no tick has ended for too long. */
export function createPages({ idle, metrics, patience }: Deps): RequestListener {
  return async (request, response) => {
    if (request.method !== 'GET') {
      response.writeHead(405, { allow: 'GET' }).end();
    } else if (request.url === '/metrics') {
      const { text, type } = await metrics();
      response.writeHead(200, { 'content-type': type }).end(text);
    } else if (request.url === '/health') {
      const milliseconds = Math.round(idle());
      const ok = milliseconds <= patience();
      response.writeHead(ok ? 200 : 503, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: ok ? 'ok' : 'stuck', idle_ms: milliseconds }));
    } else {
      response.writeHead(404).end();
    }
  };
}
