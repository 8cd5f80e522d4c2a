/** A batch as a store handed it out, not yet read. */
export type Entry = {
  /** What the store knows it by. */
  key: string;
  payload: Buffer;
};
