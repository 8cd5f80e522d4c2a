import { CodeSecretRefused } from '../codes/secret.ts';
import { AppError } from '../http/problem.ts';
import { CannotListen } from '../platform/doors.ts';
import { LockedOut } from '../platform/lock-holders.ts';
import { CommandError } from './command.ts';

const kinds = [CommandError, CodeSecretRefused, CannotListen, LockedOut, AppError];

/** What a person is told of a verb that failed: the message where it says all that there is to know, else everything. */
export const told = (error: unknown): unknown =>
  error instanceof Error && kinds.some((kind) => error instanceof kind) ? error.message : error;
