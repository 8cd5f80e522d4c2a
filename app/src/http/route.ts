import type { z } from 'zod';
import type { Scope } from '../access/key.ts';
import type { LimitClass } from '../limits/window.ts';
import type { Context } from './context.ts';
import type { ProblemCode } from './problem.ts';
import type { ResponseHeader } from './response-headers.ts';

/** `public`: no key ever. A scope: a key with it where AUTH=on. `always`: a key with it even where AUTH=off. */
export type Access = { kind: 'public' } | { kind: 'scope'; scope: Scope; always?: boolean };

/** `type` is the media type, or all of them: JSON where there is a schema and no type, nothing where there is neither. */
export type Answer = {
  description: string;
  schema?: z.ZodType;
  type?: string | readonly string[];
  /** Headers that each such answer has, and those that one may have. */
  headers?: readonly ResponseHeader[];
  mayHave?: readonly ResponseHeader[];
};

/** A body of many records that the handler reads as they come: its media types, and what each record may say. */
export type Upload = { types: readonly string[]; record: z.ZodType };

type Parsed<S extends z.ZodType | undefined> = S extends z.ZodType ? z.output<S> : undefined;

/** One operation of the HTTP contract: what the router mounts, the guards check, and OpenAPI describes. */
export type Route = {
  method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Pattern of @koa/router, for example `/users/:id`. */
  path: string;
  summary: string;
  tag: string;
  access: Access;
  /** Class of rate limit, or none. */
  limit: LimitClass | 'none';
  /** Whether the operation also answers under /v1. */
  versioned: boolean;
  params?: z.ZodType | undefined;
  query?: z.ZodType | undefined;
  /** JSON body; other media types read the request stream themselves and name themselves in `upload`. */
  body?: z.ZodType | undefined;
  /** A body that the handler streams itself. */
  upload?: Upload;
  /** Request headers that the handler reads, name → meaning, for the document. */
  headers?: Readonly<Record<string, string>>;
  answers: Readonly<Record<number, Answer>>;
  /** Errors of its own, beside those that follow from what it takes and who may use it. */
  refuses?: readonly ProblemCode[];
  handle(ctx: Context, input: { params: unknown; query: unknown; body: unknown }): Promise<void> | void;
};

type Input<P extends z.ZodType | undefined, Q extends z.ZodType | undefined, B extends z.ZodType | undefined> = {
  params: Parsed<P>;
  query: Parsed<Q>;
  body: Parsed<B>;
};

type Definition<
  P extends z.ZodType | undefined,
  Q extends z.ZodType | undefined,
  B extends z.ZodType | undefined,
> = Omit<Route, 'params' | 'query' | 'body' | 'handle'> & {
  params?: P;
  query?: Q;
  body?: B;
  handle(ctx: Context, input: Input<P, Q, B>): Promise<void> | void;
};

/** Types a handler's input by the schemas beside it; mount.ts parses with these very schemas before it calls. */
export const route = <
  P extends z.ZodType | undefined = undefined,
  Q extends z.ZodType | undefined = undefined,
  B extends z.ZodType | undefined = undefined,
>(
  definition: Definition<P, Q, B>,
): Route => definition as unknown as Route;

export const open: Access = { kind: 'public' };
export const needs = (scope: Scope): Access => ({ kind: 'scope', scope });
/** Stays closed to requests without a key even where AUTH=off. */
export const always = (scope: Scope): Access => ({ kind: 'scope', scope, always: true });
