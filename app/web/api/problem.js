import { texts } from '../page/texts.js';

/** Why something was not done, in words for a person: the service's own wherever it said any. */
export class Problem extends Error {
  /**
   * @param {{ status: number, detail: string, errors?: Record<string, string>, retryAfter?: number }} said
   */
  constructor({ status, detail, errors = {}, retryAfter = 0 }) {
    super(detail);
    this.name = 'Problem';
    /** Of the answer; 0 where there was none. */
    this.status = status;
    /** Field → what is expected. */
    this.errors = errors;
    /** Seconds after which another try makes sense; 0 where nothing is said. */
    this.retryAfter = retryAfter;
  }
}

/**
 * @param {Response} response
 * @returns {Promise<Problem>}
 */
export async function problemOf(response) {
  const { status } = response;
  const retryAfter = Number(response.headers.get('Retry-After') ?? 0) || 0;
  const body = await response.json().catch(() => ({}));
  const detail = typeof body.detail === 'string' ? body.detail : texts.answered(status);
  return new Problem({ status, detail, errors: body.errors, retryAfter });
}
