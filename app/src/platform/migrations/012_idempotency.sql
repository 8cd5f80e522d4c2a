-- First answers of requests that carry an Idempotency-Key, for 24 hours.

create table idempotency_keys (
  subject text not null,
  key varchar(255) not null,
  -- SHA-256 of what was asked: the same key with another request is an error.
  fingerprint text not null,
  location text,
  body text,
  created_at timestamptz(3) not null default now(),
  primary key (subject, key)
);
-- Serves: the removal of keys older than 24 hours.
create index idempotency_keys_created_at_idx on idempotency_keys (created_at);
