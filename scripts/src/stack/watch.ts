/** What is to be seen at one moment, and whether anything of the stack runs. */
export type Screen = { lines: string[]; runs: boolean };

type Deps = {
  look: () => Promise<Screen>;
  print: (text: string) => void;
  now: () => number;
  /** Resolves when it is time for the next look, or at the signal. */
  rest: () => Promise<unknown>;
  signal: AbortSignal;
};

/** To the top left corner, and nothing left of what was there. */
const clear = '\u001b[H\u001b[2J\u001b[3J';

/** Draws the screen again and again until the signal; whether anything ran at the last look. */
export async function watch({ look, now, print, rest, signal }: Deps): Promise<boolean> {
  let runs = false;
  while (!signal.aborted) {
    const screen = await look().catch((error: Error) => {
      if (signal.aborted) return undefined;
      throw error;
    });
    // Ctrl-C also ends the program that was just asked: what came of that is neither seen nor a failure.
    if (!screen || signal.aborted) return runs;
    runs = screen.runs;
    print(`${clear}${new Date(now()).toISOString()}\n${screen.lines.join('\n')}`);
    await rest();
  }
  return runs;
}
