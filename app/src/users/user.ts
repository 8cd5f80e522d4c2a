import { z } from 'zod';
import { idCell, instantCell, left } from '../http/cells.ts';
import { text } from '../http/query.ts';
import type { UserRow } from './table.ts';

const username = text(1, 150).refine((value) => value.trim() !== '', 'a text of 1 to 150 characters');
const email = text(3, 254).refine((value) => /^[^\s@]+@[^\s@]+$/.test(value), 'an e-mail address');

export const newUser = z.object({ username, email }).meta({ id: 'NewUser' });
export const userChange = z.object({ username, email }).partial().meta({ id: 'UserChange' });
/** A user that comes in a file, where it may bring its id and its age along. */
export const importedUser = z
  .object({ id: left(idCell), username, email, created_at: left(instantCell) })
  .meta({ id: 'ImportedUser' });
export type NewUser = z.output<typeof newUser>;
export type UserChange = z.output<typeof userChange>;
export type ImportedUser = z.output<typeof importedUser>;

export const user = z
  .object({ id: z.int(), username: z.string(), email: z.string(), created_at: z.iso.datetime() })
  .meta({ id: 'User' });
export type User = z.output<typeof user>;

/** A user as clients see one. */
export const presentUser = ({ id, username: name, email: address, created_at }: UserRow): User => ({
  id,
  username: name,
  email: address,
  created_at: created_at.toISOString(),
});
