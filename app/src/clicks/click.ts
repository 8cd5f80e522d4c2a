/** One answered redirect, as the redirect knows it. The address is hashed before it leaves the process. */
export type Click = {
  urlId: number;
  /** Milliseconds since the epoch. */
  at: number;
  requestId: string;
  /** Whether another replica was asked before, and may have recorded the same click, see repeats.ts. */
  repeated: boolean;
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

/** What leaves the process of a click. */
export type RecordedClick = {
  urlId: number;
  at: number;
  requestId: string;
  /** As in Click. */
  repeated: boolean;
  /** Eight bytes as eight latin1 characters, see visitor.ts. */
  visitor: string;
  /** The User-Agent header, or a shorter text that says what was read from it. */
  userAgent: string;
  /** Host that the visitor came from, or empty. */
  referrer: string;
};

/** Clicks that were recorded together: they are stored together once, or not at all. */
export type Batch = {
  /** UUIDv7, made where the batch was. */
  id: string;
  clicks: number;
  payload: Buffer;
};
