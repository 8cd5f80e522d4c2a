import { z } from 'zod';
import { image, integer, port, setting, text } from './setting.ts';

const hidden = { secret: true } as const;

/** Who is told of alerts, and where their links lead. */
export const monitoringSettings = [
  setting('SMTP_HOST', text, '', 'Mail server for alerts. Empty, and without DISCORD_WEBHOOK_URL: nobody is told.'),
  setting('SMTP_PORT', port, '587', 'Its port; 465 is TLS from the first byte, others are made safe by STARTTLS.'),
  setting(
    'SMTP_TLS',
    z.enum(['on', 'off']).describe('on or off'),
    'on',
    'off: also without STARTTLS, for a server on this machine.',
  ),
  setting('SMTP_USER', text, '', 'User there; empty means none is needed.'),
  setting('SMTP_PASSWORD', text, '', 'Password of that user.', hidden),
  setting('SMTP_FROM', text, '', 'Sender of alerts; empty means SMTP_TO.'),
  setting('SMTP_TO', text, '', 'Who gets alerts; several are separated by commas.'),
  setting('DISCORD_WEBHOOK_URL', text, '', 'Discord webhook that gets alerts as well.', hidden),
  setting(
    'HEARTBEAT_URL',
    text,
    '',
    'Called each minute while alerting works; who waits for it knows when not.',
    hidden,
  ),
  setting('RUNBOOK_URL', text, 'docs/runbook.md', 'Where docs/runbook.md can be read: links in alerts lead there.'),
  setting('GRAFANA_URL', text, 'http://localhost:3000', 'Where Grafana can be reached: links in alerts lead there.'),
  setting('DASHBOARD_GRAFANA_URL', text, '', "Grafana for the dashboard's readers. Empty: no link."),
  setting('DASHBOARD_JAEGER_URL', text, '', "Jaeger for the dashboard's readers. Empty: no link."),
  setting('GRAFANA_PORT', port, '3000', 'Port of Grafana on 127.0.0.1.'),
  setting('PROMETHEUS_PORT', port, '9090', 'Port of Prometheus on 127.0.0.1.'),
  setting('ALERTMANAGER_PORT', port, '9093', 'Port of Alertmanager on 127.0.0.1.'),
  setting('LOKI_PORT', port, '3100', 'Port of Loki on 127.0.0.1.'),
  setting('JAEGER_PORT', port, '16686', 'Port of Jaeger on 127.0.0.1.'),
  setting(
    'OTEL_EXPORTER_OTLP_ENDPOINT',
    text,
    '',
    'Where replicas send traces; with the profile full that is the collector. Kept by the scripts.',
  ),
  setting('METRICS_DAYS', integer(1, 400), '31', 'Days for which metrics are kept; the objectives look back 30.'),
  setting('DELIVERY_MARK', text, '', 'Changes with the secrets of delivery. Kept by the scripts.'),
  setting(
    'DOCKER_DATA',
    text,
    '/var/lib/docker',
    "The engine's folder, with the containers' logs. Kept by the scripts.",
  ),
];

/** The images of the monitoring. */
export const monitoringImages = [
  setting('PROMETHEUS_IMAGE', image, 'prom/prometheus:v3.5.3', 'Image of Prometheus.'),
  setting('ALERTMANAGER_IMAGE', image, 'prom/alertmanager:v0.33.1', 'Image of Alertmanager.'),
  setting('NODE_EXPORTER_IMAGE', image, 'prom/node-exporter:v1.11.1', "Image of the machine's exporter."),
  setting(
    'POSTGRES_EXPORTER_IMAGE',
    image,
    'prometheuscommunity/postgres-exporter:v0.19.1',
    "Image of Postgres's exporter.",
  ),
  setting('REDIS_EXPORTER_IMAGE', image, 'oliver006/redis_exporter:v1.86.0', "Image of the stores' exporter."),
  setting('NGINX_EXPORTER_IMAGE', image, 'nginx/nginx-prometheus-exporter:1.5.1', "Image of nginx's exporter."),
  setting('BLACKBOX_IMAGE', image, 'prom/blackbox-exporter:v0.28.0', 'Image of the probe through nginx.'),
  setting('GRAFANA_IMAGE', image, 'grafana/grafana:12.4.0', 'Image of Grafana.'),
  setting('LOKI_IMAGE', image, 'grafana/loki:3.7.8', 'Image of Loki.'),
  setting('COLLECTOR_IMAGE', image, 'otel/opentelemetry-collector-contrib:0.149.0', 'Image of the collector.'),
  setting('JAEGER_IMAGE', image, 'jaegertracing/jaeger:2.13.0', 'Image of Jaeger.'),
];
