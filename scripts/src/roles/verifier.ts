import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

const iterations = 4_096;
const saltBytes = 16;
const keyBytes = 32;
const form = /^SCRAM-SHA-256\$(\d{1,7}):([A-Za-z0-9+/=]+)\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)$/;

function make(password: string, salt: Buffer, rounds: number): string {
  const salted = pbkdf2Sync(password, salt, rounds, keyBytes, 'sha256');
  const hmac = (text: string) => createHmac('sha256', salted).update(text).digest();
  const stored = createHash('sha256').update(hmac('Client Key')).digest('base64');
  return `SCRAM-SHA-256$${rounds}:${salt.toString('base64')}$${stored}:${hmac('Server Key').toString('base64')}`;
}

/**
 * What Postgres keeps of a password (RFC 5803). Told this instead of the password, it has nothing to write into a log or
 * into its statistics of statements. The password is ASCII.
 */
export const makeVerifier = (password: string): string => make(password, randomBytes(saltBytes), iterations);

/** Whether Postgres would let somebody in with this password who keeps that of it; false for what is no verifier. */
export function isVerifierOf(verifier: string, password: string): boolean {
  const [, rounds = '', salt = ''] = form.exec(verifier) ?? [];
  if (rounds === '') return false;
  const [wanted, given] = [
    Buffer.from(verifier),
    Buffer.from(make(password, Buffer.from(salt, 'base64'), Number(rounds))),
  ];
  return wanted.length === given.length && timingSafeEqual(wanted, given);
}
