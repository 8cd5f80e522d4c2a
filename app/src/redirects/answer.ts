import { AppError, overloaded, problemBody, problems } from '../http/problem.ts';
import { messagePage, pageHeaders, previewPage } from './pages.ts';
import { cacheControl, type Link, locationFor, type Refusal } from './target.ts';

/** A response, however it will be written. */
export type Answer = { status: number; headers: Readonly<Record<string, string>>; body: string };

type Words = { error: AppError; title: string; message: string };

// Made once: an error's stack would cost a scan of unknown codes more than all the rest.
const refusals: Record<Refusal, Words> = {
  missing: {
    error: new AppError('not_found', 'URL not found'),
    title: 'There is no such link',
    message: 'Check the address for a typing error. Upper and lower case matter.',
  },
  inactive: {
    error: new AppError('gone', 'URL is deactivated'),
    title: 'This link is switched off',
    message: 'Its owner has deactivated it.',
  },
  expired: {
    error: new AppError('gone', 'URL has expired'),
    title: 'This link has expired',
    message: 'It was made for a limited time, which is over.',
  },
  used_up: {
    error: new AppError('gone', 'URL has no uses left'),
    title: 'This link is used up',
    message: 'It was made for a limited number of uses.',
  },
};

const tooMuch: Words = {
  error: overloaded(),
  title: 'Too many are here at the moment',
  message: 'Please try again in a second.',
};

/** The 3xx to a link for a request with this raw query. */
export function redirectAnswer(link: Link, query: string): Answer {
  const headers = { Location: locationFor(link, query), 'Cache-Control': cacheControl(link.status) };
  return { status: link.status, headers, body: '' };
}

const problemHeaders = {
  'Content-Type': 'application/problem+json; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
} as const;

/** An error as application/problem+json. */
export const problemAnswer = (error: AppError, requestId: string): Answer => ({
  status: problems[error.code].status,
  headers: { ...error.headers, ...problemHeaders },
  body: JSON.stringify(problemBody(error, requestId)),
});

/** As problemAnswer, with all but the id written beforehand; `requestIdOf` lets no id pass that JSON would escape. */
function preparedAnswer(error: AppError): (requestId: string) => Answer {
  const place = 'request-id';
  const { status, headers, body } = problemAnswer(error, place);
  const [before = '', after = ''] = body.split(place);
  return (requestId) => ({ status, headers, body: before + requestId + after });
}

const prepared: Record<Refusal, (requestId: string) => Answer> = {
  missing: preparedAnswer(refusals.missing.error),
  inactive: preparedAnswer(refusals.inactive.error),
  expired: preparedAnswer(refusals.expired.error),
  used_up: preparedAnswer(refusals.used_up.error),
};

/** Whether a client reads pages rather than problems. */
export const wantsPage = (accept: string | undefined): boolean => accept?.includes('text/html') ?? false;

/** A page for a browser, a problem for the rest. */
function answerIn({ error, title, message }: Words, accept: string | undefined, problem: () => Answer): Answer {
  if (!wantsPage(accept)) return problem();
  const headers = { ...error.headers, ...pageHeaders, 'Cache-Control': 'no-store', Vary: 'Accept' };
  return { status: problems[error.code].status, headers, body: messagePage(title, message) };
}

/** Why there is no redirect. */
export const refusalAnswer = (refusal: Refusal, accept: string | undefined, requestId: string): Answer =>
  answerIn(refusals[refusal], accept, () => prepared[refusal](requestId));

const preparedTooMuch = preparedAnswer(tooMuch.error);

/** That there is more to do than can be done: 503 with Retry-After. */
export const overloadedAnswer = (accept: string | undefined, requestId: string): Answer =>
  answerIn(tooMuch, accept, () => preparedTooMuch(requestId));

/** The page that shows where a link leads. */
export const previewAnswer = (code: string, link: Link): Answer => ({
  status: 200,
  headers: { ...pageHeaders, 'Cache-Control': 'no-store' },
  body: previewPage(code, link.location),
});
