import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { aheadFaults, contractions } from './contraction.ts';

const folder = join(import.meta.dirname, '..', '..', 'src', 'platform', 'migrations');
const files = globSync('*.sql', { cwd: folder }).toSorted();
const isAhead = (name: string) => name.endsWith('.ahead.sql');
const read = (name: string) => readFileSync(join(folder, name), 'utf8');

describe('the release before goes on beside a migration', () => {
  test.each(files.filter((name) => !isAhead(name)))('%s takes nothing away from it', (name) =>
    expect(contractions(read(name))).toEqual([]),
  );
  test.each(files.filter(isAhead))('%s makes indexes that nobody waits for, and nothing else', (name) =>
    expect(aheadFaults(read(name))).toEqual([]),
  );
});

describe('a migration that would contract is refused', () => {
  test.each([
    'drop table deleted_urls',
    'ALTER TABLE urls\n  DROP COLUMN title',
    'alter table urls drop constraint urls_user_id_fkey, add column note text',
    'alter table urls alter column redirect_type drop default',
    'drop index urls_tags_idx',
    'drop function count_rows()',
    'alter table urls rename column title to name',
    'alter table urls rename to links',
    'alter table urls set schema old',
    'alter table events detach partition events_default',
    'revoke select on urls from shortstack_app',
    'alter table urls alter column redirect_type type integer',
    'alter table urls alter title set data type varchar(10)',
    'alter table urls alter column title set not null',
    'alter table urls add column price numeric(10, 2) not null',
    'alter table urls add note text not null, add place text',
    "alter table urls add constraint short check (title <> '') not valid",
    'alter table urls add unique (original_url)',
    'create unique index urls_address_idx on urls (original_url)',
    "do $$ begin execute 'drop table deleted_urls'; end $$",
    "select 'it''s -- no comment'; drop table deleted_urls",
  ])('%s', (statement) => expect(contractions(`create table other (a int);\n${statement};`)).toHaveLength(1));

  test.each([
    ['a new table, with all that it asks of its rows', 'create table a (b int not null); alter table a add unique (b)'],
    ['its own unique index', 'create table if not exists a (b int); create unique index a_b_idx on a (b)'],
    ['a new column that may be empty', 'alter table urls add column note text'],
    ['a new column with a value', "alter table urls add column note varchar(9) not null default ''"],
    ['not null, where a row gets a value', "alter table a alter b set default ''; alter table a alter b set not null"],
    ['null from now on', 'alter table urls alter column user_id drop not null'],
    ['a comment about it', '-- nobody may drop table urls\n/* rename */ create index a on urls (id)'],
    [
      'what a function does later',
      "create function a() returns void as $f$ begin drop table b; end $f$ language 'plpgsql'",
    ],
    ['a value of an enumeration', "alter type mood add value 'calm'"],
    ['rows of this transaction', 'create temp table a (b int) on commit drop'],
  ])('but not: %s', (_what, sql) => expect(contractions(sql)).toEqual([]));

  test.each(['1.4.0', '3d4c008'])('unless the file says that nothing uses it since %s', (release) =>
    expect(
      contractions(`-- Contracts: nothing uses urls.title since ${release}.\nalter table urls drop title;`),
    ).toEqual([]),
  );
  test.each(['-- Contracts: nothing uses urls.title', '-- nothing uses urls.title since 1.4.0'])(
    'and says it in these words, not: %s',
    (comment) => expect(contractions(`${comment}\nalter table urls drop title;`)).toHaveLength(1),
  );
});

describe('what is run ahead of a migration, in no transaction of it', () => {
  test.each([
    ['an index for which writers wait', "select format('create index if not exists %s on %s (id)', a, b) from c"],
    ['an index that a second run would stumble over', "select 'create index concurrently a on b (c)' as statement"],
    ['an index that refuses rows', "select 'create unique index concurrently if not exists a on b (c)' as statement"],
    ['a good index that goes', "select 'drop index concurrently a' as statement"],
    ['anything else', "select 'update urls set title = null' as statement"],
    ['a statement that is run itself', 'create index concurrently if not exists a on b (c)'],
    ['a second statement', "select 'create index concurrently if not exists a on b (c)'; delete from urls"],
  ])('%s is refused', (_what, sql) => expect(aheadFaults(sql)).toHaveLength(1));
});
