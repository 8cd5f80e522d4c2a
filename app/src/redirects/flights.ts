/** One question under way. */
export type Flight = {
  /** What was asked about changed meanwhile: the answer may be from before, and must not be kept. */
  spoiled: boolean;
  /** What goes on after the answer and never fails; until it is over, who asks gets the same answer. */
  rest?: Promise<unknown>;
};

export type Flights<T> = {
  /** Starts a question, or joins the one that is under way under this name. */
  share(name: string, start: (flight: Flight) => Promise<T>): Promise<T>;
  /** Lets the next who asks ask anew. */
  spoil(name: string): void;
  spoilAll(): void;
};

type Shared<T> = { flight: Flight; answer: Promise<T> };

/** Single flight: many who ask the same at the same time are one question. */
export function createFlights<T>(): Flights<T> {
  const underWay = new Map<string, Shared<T>>();

  const fly = async (name: string, shared: Shared<T>): Promise<void> => {
    await shared.answer.catch(() => {}); // Who asked is told.
    await shared.flight.rest;
    if (underWay.get(name) === shared) underWay.delete(name);
  };

  const spoil = (name: string): void => {
    const present = underWay.get(name);
    if (!present) return;
    present.flight.spoiled = true;
    underWay.delete(name);
  };

  return {
    share(name, start) {
      const present = underWay.get(name);
      if (present) return present.answer;
      const flight: Flight = { spoiled: false };
      const shared = { flight, answer: start(flight) };
      underWay.set(name, shared);
      void fly(name, shared);
      return shared.answer;
    },
    spoil,
    spoilAll() {
      for (const name of underWay.keys()) spoil(name);
    },
  };
}
