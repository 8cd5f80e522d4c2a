import { createHash, randomBytes } from 'node:crypto';

/** CODE_SECRET contradicts what the database holds: the service must not start. The message says all. */
export class CodeSecretRefused extends Error {}

/** What may be shown of a secret: enough to compare two, nothing to guess it from. */
export const fingerprintOf = (secret: string): string =>
  createHash('sha256').update(`shortstack code secret ${secret}`).digest('hex').slice(0, 16);

export const makeSecret = (): string => randomBytes(32).toString('base64url');

/** The secret to use, of the one that is stored and the one that the settings give. Two different ones are refused. */
export function agreedSecret(stored: string, given: string | undefined): string {
  if (given === undefined || given === stored) return stored;
  throw new CodeSecretRefused(
    `CODE_SECRET has the fingerprint ${fingerprintOf(given)}, but the codes of this database were made with ` +
      `${fingerprintOf(stored)}. Another secret would hand out codes again that are taken: ` +
      'give the one from before, or leave CODE_SECRET empty to use the one that the database keeps',
  );
}
