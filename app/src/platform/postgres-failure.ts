import { isBreakerError } from './breaker.ts';

/** SQLSTATE classes that say the server is going, gone, full or lets nobody in, not that a statement was wrong. */
const lost = /^(08|28|57P|53)/;

/** A connection was waited for too long while others got one: there is more to do than can be done, and Postgres is there. */
export class QueueTooLong extends Error {}

/** A statement was given up on after its time while Postgres answered others: it is the statement that is slow. */
export class AnswerTooLate extends Error {}

/** Whether so many wait for a connection that this one was waited for too long. */
export const isQueueTooLong = (error: unknown): boolean => error instanceof QueueTooLong;

/** Whether one statement was waited for too long. */
export const isAnswerTooLate = (error: unknown): boolean => error instanceof AnswerTooLate;

/** What the driver says of a statement that it waits for no longer. */
export const isGivenUpOn = (error: unknown): boolean => (error as Error).message === 'Query read timeout';

/** What the pool says of a wait for one of its connections that others have; a connection that cannot be made says other things. */
export const isGivenUp = (error: unknown): boolean =>
  (error as Error).message === 'timeout exceeded when trying to connect';

/** Whether an error means that Postgres could not answer, rather than that it refused a statement. */
export function isPostgresDown(error: unknown): boolean {
  const { code, message } = error as { code?: unknown; message?: unknown };
  if (isBreakerError(error) || isQueueTooLong(error) || isAnswerTooLate(error)) return true;
  if (typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code)) return lost.test(code) || code === '57014';
  // A name that is not found, too: a container that is gone has none.
  if (typeof code === 'string' && /^E(AI_)?[A-Z]+$/.test(code)) return true;
  return typeof message === 'string' && /timeout|timed out|Connection terminated|not queryable/i.test(message);
}

/** Whether Postgres takes no changes now, as while it is copied to another version; it answers what is only read. */
export const isReadOnly = (error: unknown): boolean => (error as { code?: unknown }).code === '25006';

/** Whether Postgres itself gave a statement up after its time: so it is there. */
export const isTimeUp = (error: unknown): boolean => (error as { code?: unknown }).code === '57014';

/** Whether an error, also one that ends a request, says nothing against Postgres's health. */
export const isPostgresThere = (error: unknown): boolean =>
  !isPostgresDown(error) || isTimeUp(error) || isQueueTooLong(error) || isAnswerTooLate(error);
