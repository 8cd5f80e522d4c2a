import { AppError } from './problem.ts';

/** What one request has taken of the room; it gives that back once, when it is over. */
export type Place = {
  /** Takes so many bytes more. Throws 503 where there is no room for them. */
  take(bytes: number): void;
  leave(): void;
};

/** The room that the bodies of all requests have together: each is bounded, but not how many come at once. */
export type BodyRoom = {
  /** For one request, which holds `most` bytes of its body at a time, however long that is. */
  enter(most: number): Place;
};

// What was not read of a body would be read as the next request.
const full = () =>
  new AppError('unavailable', 'More is being sent than there is room for at the moment', {
    headers: { 'Retry-After': '2', Connection: 'close' },
  });

type Room = {
  /** For how many bytes there is room. */
  bytes: number;
  /**
   * Frees what nobody holds any more. Node reads 64 kB of a body at a time, outside the heap, and knows little of what they
   * weigh: the pieces of a thousand bodies would wait for a collection that hardly anything asks for.
   */
  collect: () => void;
};

/** So many bytes arrive between two collections. */
const collectEvery = 4_000_000;

/** Room for bodies. */
export function createBodyRoom({ bytes, collect }: Room): BodyRoom {
  let free = bytes;
  let arrived = 0;
  return {
    enter(most) {
      let taken = 0;
      return {
        take(wanted) {
          arrived += wanted;
          if (arrived >= collectEvery) {
            arrived = 0;
            collect();
          }
          const more = Math.min(wanted, most - taken);
          if (more > free) throw full();
          free -= more;
          taken += more;
        },
        leave() {
          free += taken;
          taken = 0;
        },
      };
    },
  };
}
