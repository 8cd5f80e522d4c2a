import { Counter, Gauge, type Registry } from 'prom-client';

/** Every series about clicks, born at 0. */
export function createClickMetrics(registry: Registry) {
  const registers = [registry];
  const counter = (name: string, help: string) => new Counter({ name, help, registers });
  const gauge = (name: string, help: string) => new Gauge({ name, help, registers });
  const appended = new Counter({
    name: 'clicks_appended_total',
    help: 'Clicks made durable before their redirect was answered, by where.',
    labelNames: ['way'] as const,
    registers,
  });
  for (const way of ['queue', 'postgres'] as const) appended.inc({ way }, 0);
  return {
    appended,
    maker: new Gauge({
      name: 'click_maker_info',
      help: 'Which part of their ids the batches of clicks that this replica makes have in common.',
      labelNames: ['maker'] as const,
      registers,
    }),
    buffered: gauge('clicks_buffered', 'Clicks in memory because neither queue nor Postgres takes them.'),
    dropped: counter('clicks_dropped_total', 'Clicks lost because the buffer in memory was full.'),
    ingested: counter('clicks_ingested_total', 'Clicks written to the history by this replica.'),
    repeats: counter(
      'clicks_repeated_total',
      'Clicks that two replicas recorded, as the first broke off before it answered: one of the two is left out.',
    ),
    duplicates: counter('click_batches_duplicate_total', 'Batches that came again and changed nothing.'),
    aside: counter('click_batches_aside_total', 'Batches that could not be read and were set aside.'),
    entries: gauge('click_queue_entries', 'Batches in the click stream.'),
    bytes: gauge('click_queue_bytes', 'Size of the click stream.'),
    capacity: gauge('click_queue_capacity_bytes', 'Size of the click stream that counts as full.'),
    inbox: gauge('click_inbox_batches', 'Batches that wait in Postgres.'),
    oldest: gauge('click_queue_oldest_seconds', 'Age of the oldest batch that is not in the history yet.'),
  };
}
