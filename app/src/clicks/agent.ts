import bowser from 'bowser';
import { isbot } from 'isbot';
import { createGenerations } from '../generations.ts';

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
  bot: details['bot'] === true || details['bot'] === 'true',
});

const between = '|';

/** An agent's browser, os and device as one text. */
export const agentName = ({ browser, os, device }: Agent): string => [browser, os, device].join(between);

/** Begins the text of an agent that has been read already. No header can: HTTP forbids the character. */
const alreadyRead = '\u0001';

/** An agent as a text that is shorter than its header, and that readAgent reads. */
export const writeAgent = (agent: Agent): string => `${alreadyRead}${agent.bot ? 1 : 0}${agentName(agent)}`;

/** The agent of a header, or of what writeAgent made of one. */
export function readAgent(text: string): Agent {
  if (!text.startsWith(alreadyRead)) return parseAgent(text);
  const [browser, os, device] = text.slice(2).split(between);
  return {
    browser: known(browsers, browser),
    os: known(systems, os),
    device: known(devices, device),
    bot: text[1] === '1',
  };
}

/** readAgent with a memory, as reading a header costs as much as a redirect. Equal results are one object. */
export function createAgents(size: number): (text: string) => Agent {
  const same = new Map<string, Agent>();
  const recent = createGenerations<string, Agent>(size);
  return (text) => {
    const found = recent.get(text);
    if (found) return found;
    const read = readAgent(text);
    const key = writeAgent(read);
    const agent = same.get(key) ?? read;
    same.set(key, agent);
    recent.set(text, agent);
    return agent;
  };
}
