import { optional, setting, url } from './config-values.ts';

/** Settings of the pages for people. */
export const pageSettings = {
  grafanaUrl: setting(
    'GRAFANA_URL',
    optional(url('http:', 'https:'), 'an http or https URL'),
    '',
    "Grafana, as the dashboard's readers reach it. Empty: no link.",
  ),
  jaegerUrl: setting(
    'JAEGER_URL',
    optional(url('http:', 'https:'), 'an http or https URL'),
    '',
    "Jaeger, as the dashboard's readers reach it. Empty: no link.",
  ),
};
