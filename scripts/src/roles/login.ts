import { ScriptError } from '../platform/run.ts';
import { isVerifierOf, makeVerifier } from './verifier.ts';

/** Somebody who logs in to Postgres. */
export type Login = { role: string; password: string };

/**
 * Replicas log in as one of these; the second has the rights of the first. Postgres knows one password of a role: a new
 * one is that of the other role, so that both are good until every replica has the new one.
 */
export const appLogins = ['shortstack_app', 'shortstack_app_2'] as const;
export const ownerRole = 'shortstack';
export const monitorRole = 'shortstack_monitor';

const roles: ReadonlySet<string> = new Set([...appLogins, ownerRole, monitorRole]);

/** The login that replicas use next, after this one. */
export const otherLogin = (role: string): string => (role === appLogins[0] ? appLogins[1] : appLogins[0]);

const known = (role: string): string => {
  if (!roles.has(role)) throw new ScriptError(`${JSON.stringify(role)} is no role of ours`);
  return role;
};

/** Statements after which each may log in with its password; none for those that may. `kept`: verifiers, by role. */
export const passwordStatements = (wanted: readonly Login[], kept: ReadonlyMap<string, string>): string[] =>
  wanted
    .filter(({ role, password }) => !isVerifierOf(kept.get(role) ?? '', password))
    .map(({ role, password }) => `alter role ${known(role)} password '${makeVerifier(password)}';`);

/** Statement after which nobody may log in as this role. */
export const closeStatement = (role: string): string => `alter role ${known(role)} password null;`;
