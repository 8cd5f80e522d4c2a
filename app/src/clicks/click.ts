/** One answered redirect, as the redirect knows it. The address is hashed before it leaves the process. */
export type Click = {
  urlId: number;
  /** Milliseconds since the epoch. */
  at: number;
  requestId: string;
  address: string;
  userAgent: string;
  /** The Referer header as sent, or empty. */
  referrer: string;
};

/**
 * Takes a click and calls `durable` once: when the click is on durable storage outside this process, or when it is
 * certain that it cannot be put there now (then it waits in a bounded buffer, or is dropped and counted).
 */
export type RecordClick = (click: Click, durable: () => void) => void;
