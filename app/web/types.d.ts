// What the service answers, and what the page's parts hand one another. Types alone: browsers never see this file.
import type { Client } from './api/client.js';
import type { Session } from './api/session.js';
import type { Stream } from './api/stream.js';
import type { Removals } from './links/removals.js';
import type { Toasts } from './parts/toasts.js';

export type Url = {
  id: number;
  user_id: number | null;
  short_code: string;
  short_url: string;
  original_url: string;
  title: string | null;
  is_active: boolean;
  click_count: number;
  tags: string[];
  redirect_type: number;
  forward_query: boolean;
  expires_at: string | null;
  max_clicks: number | null;
  created_at: string;
  updated_at: string;
};

export type UrlEvent = {
  id: number;
  url_id: number | null;
  user_id: number | null;
  event_type: string;
  timestamp: string;
  details: Record<string, unknown>;
};

export type Share = { value: string; clicks: number };
export type Stats = {
  interval: 'hour' | 'day';
  from: string;
  to: string;
  clicks: number;
  bots: number;
  series: { start: string; clicks: number; bots: number }[];
  unique_visitors: { day: string; visitors: number }[];
  referrers: Share[];
  browsers: Share[];
  os: Share[];
  devices: Share[];
};

export type User = { id: number; username: string; email: string; created_at: string };
export type Key = {
  id: number;
  name: string;
  prefix: string;
  scopes: string[];
  rate_limit: number | null;
  created_at: string;
  last_used_at: string | null;
  revoked_at: string | null;
};

export type BulkReport = {
  count: number;
  imported: number;
  skipped: number;
  errors: { line: number; error: string }[];
  more_errors?: number;
};

export type Health = {
  reason?: string;
  dependencies: Record<string, 'up' | 'down' | 'none' | 'unknown'>;
  in_flight: number;
  lag_ms: number;
  version: string;
  release: string;
  /** The name of its host, a container's short id. */
  replica: string;
  started_at: string;
  replicas: number | null;
  waiting: { batches: number; oldest_seconds: number };
};

export type About = { version: string; address: string; authOn: boolean; links: Record<string, string> };

export type Store<T> = {
  get(): T;
  set(value: T): void;
  subscribe(listener: () => void): () => void;
};

export type Place = { view: string; id: number | undefined; query: URLSearchParams };

export type Services = {
  about: About;
  client: Client;
  session: Session;
  stream: Stream;
  toasts: Toasts;
  removals: Removals;
};
