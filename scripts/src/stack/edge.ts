import type { Service } from '../load/service.ts';

/** The edge of the stack on this machine. Where there is a DOMAIN, plain HTTP is only sent on to it. */
export const edgeOf = ({ DOMAIN = '', HTTP_PORT, HTTPS_PORT }: Readonly<Record<string, string>>): Service =>
  DOMAIN === ''
    ? { target: `http://127.0.0.1:${HTTP_PORT}` }
    : { target: `https://127.0.0.1:${HTTPS_PORT}`, name: DOMAIN };
