import type { Context } from '../http/context.ts';
import { AppError } from '../http/problem.ts';
import type { Route } from '../http/route.ts';
import { addressGroup, type LimitClass, type Taken } from './window.ts';

type Deps = {
  /** Requests a minute for those without a limit of their own. */
  limits: Readonly<Record<LimitClass, number>>;
  take: (name: string, limit: number) => Promise<Taken>;
  countRefused: (limitClass: LimitClass) => void;
};

const seconds = (milliseconds: number): string => String(Math.max(1, Math.ceil(milliseconds / 1_000)));

const headersOf = ({ limit, remaining, reset }: Taken): Record<string, string> => ({
  'RateLimit-Limit': String(limit),
  'RateLimit-Remaining': String(remaining),
  'RateLimit-Reset': seconds(reset),
});

/** Counts a request against its key's window, or its address's where it has no key; over the limit it is a 429. */
export const createLimit =
  ({ limits, take, countRefused }: Deps) =>
  async (ctx: Context, limitClass: Route['limit']): Promise<void> => {
    if (limitClass === 'none') return;
    const { identity, address } = ctx.state;
    const limit = identity?.rateLimit ?? limits[limitClass];
    if (limit === 0) return;
    const keyed = identity !== undefined && identity.subject !== 'anonymous';
    const taken = await take(`${limitClass}:${keyed ? identity.subject : addressGroup(address)}`, limit);
    const headers = headersOf(taken);
    ctx.set(headers);
    if (taken.allowed) return;
    countRefused(limitClass);
    throw new AppError('too_many', `More than ${limit} requests a minute`, {
      headers: { ...headers, 'Retry-After': seconds(taken.reset) },
    });
  };
