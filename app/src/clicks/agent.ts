import bowser from 'bowser';
import { isbot } from 'isbot';

/** What a User-Agent header says of who clicked. Each name is one of a closed set, so that sums stay small. */
export type Agent = { browser: string; os: string; device: string; bot: boolean };

const other = 'Other';
const browsers = new Set<string>(Object.values(bowser.BROWSER_MAP));
const systems = new Set<string>(Object.values(bowser.OS_MAP));
const devices = new Set<string>(['desktop', 'mobile', 'tablet', 'tv']);
const nothing: Agent = { browser: other, os: other, device: other, bot: false };

const known = (names: ReadonlySet<string>, name: string | undefined): string =>
  name !== undefined && names.has(name) ? name : other;

/** Reads a User-Agent. Names that are not known become `Other`. */
export function parseAgent(userAgent: string): Agent {
  if (userAgent === '') return nothing;
  const { browser, os, platform } = bowser.parse(userAgent);
  return {
    browser: known(browsers, browser.name),
    os: known(systems, os.name),
    device: known(devices, platform.type),
    bot: isbot(userAgent),
  };
}

/** What the details of a click's event say of its agent. */
export const namedAgent = (details: Readonly<Record<string, unknown>>): Agent => ({
  browser: known(browsers, String(details['browser'])),
  os: known(systems, String(details['os'])),
  device: known(devices, String(details['device'])),
  bot: details['bot'] === true,
});

/**
 * parseAgent with a memory, as reading one costs as much as a whole redirect. Equal results are one object. It holds at
 * most twice `size` headers: when the young half is full, the old one goes.
 */
export function createAgents(size: number): (userAgent: string) => Agent {
  const same = new Map<string, Agent>();
  let young = new Map<string, Agent>();
  let old = young;
  return (userAgent) => {
    const found = young.get(userAgent);
    if (found) return found;
    const parsed = old.get(userAgent) ?? parseAgent(userAgent);
    const key = JSON.stringify(parsed);
    const agent = same.get(key) ?? parsed;
    same.set(key, agent);
    if (young.size >= size) {
      old = young;
      young = new Map();
    }
    young.set(userAgent, agent);
    return agent;
  };
}
