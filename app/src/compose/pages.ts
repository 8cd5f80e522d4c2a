import { needsKey, publicAddress } from '../config.ts';
import { docsRoutes } from '../dashboard/docs.ts';
import { dashboardRoutes } from '../dashboard/routes.ts';
import { shellRoutes } from '../dashboard/shell-routes.ts';
import { openapiDocument } from '../http/openapi.ts';
import type { Route } from '../http/route.ts';
import type { Core } from './core.ts';

/** Adds to the service's routes the pages for people, and the document of all of them. */
export function composePages({ config, version }: Core, routes: readonly Route[]): readonly Route[] {
  const authOn = needsKey(config);
  const all: Route[] = [];
  const document = (): string => JSON.stringify(openapiDocument(all, { version, authOn }));
  const address = publicAddress(config);
  const start = dashboardRoutes({ version, address, authOn });
  const { grafanaUrl, jaegerUrl } = config;
  const links = { ...(grafanaUrl && { grafana: grafanaUrl }), ...(jaegerUrl && { jaeger: jaegerUrl }), docs: '/docs' };
  const shell = shellRoutes({ version, address, authOn, links });
  // Before the redirects, whose open-ended paths come last.
  all.push(...start, ...shell, ...docsRoutes(document), ...routes);
  return all;
}
