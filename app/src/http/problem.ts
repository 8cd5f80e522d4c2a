import type { ResponseHeader } from './response-headers.ts';

/** Every kind of error that a client can see, with its status and what it may bring along: the one table. */
export const problems = {
  malformed: { status: 400, title: 'Bad Request' },
  unauthorized: { status: 401, title: 'Unauthorized', headers: ['WWW-Authenticate'] },
  forbidden: { status: 403, title: 'Forbidden', headers: ['WWW-Authenticate'] },
  not_found: { status: 404, title: 'Not Found' },
  method_not_allowed: { status: 405, title: 'Method Not Allowed' },
  request_timeout: { status: 408, title: 'Request Timeout' },
  conflict: { status: 409, title: 'Conflict' },
  gone: { status: 410, title: 'Gone' },
  too_large: { status: 413, title: 'Content Too Large' },
  unsupported_type: { status: 415, title: 'Unsupported Media Type' },
  invalid: { status: 422, title: 'Unprocessable Content' },
  too_many: { status: 429, title: 'Too Many Requests', headers: ['Retry-After'] },
  headers_too_large: { status: 431, title: 'Request Header Fields Too Large' },
  internal: { status: 500, title: 'Internal Server Error' },
  unavailable: { status: 503, title: 'Service Unavailable', headers: ['Retry-After'] },
} as const satisfies Record<string, { status: number; title: string; headers?: readonly ResponseHeader[] }>;

export type ProblemCode = keyof typeof problems;
export type FieldErrors = Readonly<Record<string, string>>;

type Options = { errors?: FieldErrors; headers?: Readonly<Record<string, string>>; cause?: unknown };

/** What a request ends with when it cannot be answered as asked. `detail` is shown to the client as it is. */
export class AppError extends Error {
  readonly code: ProblemCode;
  readonly errors: FieldErrors | undefined;
  readonly headers: Readonly<Record<string, string>>;

  constructor(code: ProblemCode, detail: string, options: Options = {}) {
    super(detail, { cause: options.cause });
    this.name = 'AppError';
    this.code = code;
    this.errors = options.errors;
    this.headers = options.headers ?? {};
  }
}

/** A store that the request cannot do without is down: 503, with the seconds after which a retry makes sense. */
export const unavailable = (detail: string, cause?: unknown): AppError =>
  new AppError('unavailable', detail, { headers: { 'Retry-After': '2' }, cause });

/** There is more to do than can be done: 503, come again in a second. */
export const overloaded = (): AppError =>
  new AppError('unavailable', 'More requests than can be answered at the moment', { headers: { 'Retry-After': '1' } });

/** One field is wrong: 422 with the field's name and what is expected. */
export const invalidField = (field: string, expected: string): AppError =>
  new AppError('invalid', `${field}: ${expected}`, { errors: { [field]: expected } });

export type Problem = {
  type: string;
  title: string;
  status: number;
  detail: string;
  error: string;
  request_id: string;
  errors?: FieldErrors;
};

/** The body of RFC 9457 for an error; `error` repeats `detail` for clients that look for that name. */
export function problemBody(error: AppError, requestId: string): Problem {
  const { status, title } = problems[error.code];
  const body = { type: 'about:blank', title, status, detail: error.message, error: error.message };
  return { ...body, request_id: requestId, ...(error.errors && { errors: error.errors }) };
}
