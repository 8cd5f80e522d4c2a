import CircuitBreaker from 'opossum';

export type BreakerState = 'closed' | 'halfOpen' | 'open';

type Options = {
  /** Name in the metric's label. */
  dependency: string;
  /** Longest wait for one call in milliseconds; 0 leaves the waiting to the driver. */
  timeout: number;
  /** Whether an error says nothing about the store's health: it passes, and does not count. */
  harmless?: (error: unknown) => boolean;
  onState: (dependency: string, state: BreakerState) => void;
};

/** Guards calls to one store: after repeated failures it fails at once, and tries again half a second later. */
export type Breaker = {
  run<T>(action: () => Promise<T>): Promise<T>;
  /** Whether calls are refused right now without being tried. */
  readonly opened: boolean;
  [Symbol.dispose](): void;
};

/** Whether an error is the breaker's own refusal or time-out. */
export const isBreakerError = (error: unknown): boolean => {
  const code = (error as { code?: unknown } | undefined)?.code;
  return code === 'EOPENBREAKER' || code === 'ETIMEDOUT';
};

/** Makes a breaker whose state is reported at once and at each change. */
export function createBreaker({ dependency, timeout, harmless = () => false, onState }: Options): Breaker {
  const breaker = new CircuitBreaker((action: () => Promise<unknown>) => action(), {
    timeout: timeout === 0 ? false : timeout,
    errorThresholdPercentage: 50,
    volumeThreshold: 5,
    rollingCountTimeout: 2_000,
    rollingCountBuckets: 4,
    resetTimeout: 500,
    errorFilter: harmless,
  });
  breaker.on('open', () => onState(dependency, 'open'));
  breaker.on('halfOpen', () => onState(dependency, 'halfOpen'));
  breaker.on('close', () => onState(dependency, 'closed'));
  onState(dependency, 'closed');
  return {
    run: <T>(action: () => Promise<T>) => breaker.fire(action) as Promise<T>,
    get opened() {
      return breaker.opened;
    },
    [Symbol.dispose]: () => breaker.shutdown(),
  };
}
