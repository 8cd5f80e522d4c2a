import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { safeHeaders } from './headers.ts';
import { AppError, type ProblemCode, problemBody, problems } from './problem.ts';

const details: Partial<Record<ProblemCode, string>> = {
  request_timeout: 'The request took too long to arrive',
  headers_too_large: 'The headers are too large',
};

function codeOf(errorCode: string | undefined): ProblemCode {
  if (errorCode === 'ERR_HTTP_REQUEST_TIMEOUT') return 'request_timeout';
  return errorCode === 'HPE_HEADER_OVERFLOW' ? 'headers_too_large' : 'malformed';
}

/** The whole answer to bytes that Node could not read as a request, by its error's code. The connection ends with it. */
export function malformedAnswer(errorCode: string | undefined): string {
  const code = codeOf(errorCode);
  const { status } = problems[code];
  const requestId = randomUUID();
  const body = JSON.stringify(problemBody(new AppError(code, details[code] ?? 'This is not HTTP'), requestId));
  return [
    `HTTP/1.1 ${status} ${STATUS_CODES[status]}`,
    'Content-Type: application/problem+json',
    ...Object.entries(safeHeaders).map(([name, value]) => `${name}: ${value}`),
    `Content-Length: ${Buffer.byteLength(body)}`,
    `X-Request-ID: ${requestId}`,
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}
