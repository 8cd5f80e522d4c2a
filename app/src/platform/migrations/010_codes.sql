-- Short codes: one number each, in blocks, so that replicas need no round trip per code.

-- Each value is the first number of a block of 1,000; 62^7 numbers have a code. A restored backup moves it forward.
create sequence code_blocks as bigint increment by 1000 minvalue 0 maxvalue 3521614605000 start with 0 no cycle;

-- The key of the permutation from numbers to codes. With another one, codes would come again that are taken.
create table code_secrets (
  one boolean primary key default true check (one),
  secret text not null,
  fingerprint text not null,
  created_at timestamptz(3) not null default now()
);
