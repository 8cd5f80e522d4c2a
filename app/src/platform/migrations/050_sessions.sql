-- Browsers that exchanged an API key for a cookie.

create table sessions (
  -- Serves: the guard's look-up by SHA-256 of the cookie's token.
  hash bytea primary key,
  -- Of the key that it stands for, as in api_keys, or of the environment's: with the key the session ends.
  key_hash bytea not null,
  expires_at timestamptz(3) not null
);
-- Serves: removing those that are over.
create index sessions_expires_at_idx on sessions (expires_at);
