import { describe, expect, test } from '@jest/globals';
import { isPostgresDown } from '../../src/platform/postgres-failure.ts';

const error = (code: string, message = 'of some kind'): Error => Object.assign(new Error(message), { code });

describe('an error of a query', () => {
  test.each([
    ['the connection is refused', error('ECONNREFUSED')],
    ['the name is not known, for its container is gone', error('ENOTFOUND')],
    ['nobody answers for the name, for its container is gone', error('EAI_AGAIN')],
    ['Postgres is shutting down', error('57P01')],
    ['Postgres has no connection left', error('53300')],
    ['the disk is full', error('53100')],
    ['it knows another password yet, as just after a restore', error('28P01')],
    ['the connection ended', new Error('Connection terminated unexpectedly')],
  ])('%s → Postgres is down', (_what, cause) => expect(isPostgresDown(cause)).toBe(true));

  test.each([
    ['a row is there already', error('23505')],
    ['a statement is wrong', error('42601')],
    ['our own mistake', error('ERR_INVALID_ARG_TYPE')],
    ['something else', new Error('no such thing')],
  ])('%s → Postgres is there', (_what, cause) => expect(isPostgresDown(cause)).toBe(false));
});
