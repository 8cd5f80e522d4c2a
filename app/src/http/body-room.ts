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

/** Room for so many bytes. */
export function createBodyRoom(bytes: number): BodyRoom {
  let free = bytes;
  return {
    enter(most) {
      let taken = 0;
      return {
        take(wanted) {
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
