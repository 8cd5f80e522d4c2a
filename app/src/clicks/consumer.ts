import type { Entry } from './entry.ts';
import { groupName, type Send, streamKey } from './queue.ts';

type RawEntry = [Buffer, (Buffer | string)[] | null];

const group = ['XREADGROUP', 'GROUP', groupName];
/** Longer than a transaction usually takes; taking over one that is still under way changes nothing. */
const abandonedAfter = 10_000;
const forgottenAfter = 3_600_000;

function toEntry([id, fields]: RawEntry): Entry {
  const payload = fields?.[1];
  return { key: id.toString(), payload: Buffer.isBuffer(payload) ? payload : Buffer.alloc(0) };
}

const isRemoved = ([, fields]: RawEntry): boolean => fields === null;

async function ensureGroup(send: Send): Promise<void> {
  try {
    await send(['XGROUP', 'CREATE', streamKey, groupName, '0', 'MKSTREAM']);
  } catch (error) {
    if (!String(error).includes('BUSYGROUP')) throw error;
  }
}

/** Reads entries; a store that lost the group (or never had it) gets it first. */
async function readGroup(send: Send, consumer: string, from: string, most: number): Promise<RawEntry[]> {
  const read = () => send([...group, consumer, 'COUNT', String(most), 'STREAMS', streamKey, from]);
  const reply = await read().catch(async (error) => {
    if (!String(error).includes('NOGROUP')) throw error;
    await ensureGroup(send);
    return read();
  });
  return (reply as [unknown, RawEntry[]] | null)?.[1] ?? [];
}

/** Removed first: what is removed and not acknowledged is acknowledged later, the other way round it would stay. */
async function settle(send: Send, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  await Promise.all([send(['XDEL', streamKey, ...keys]), send(['XACK', streamKey, groupName, ...keys])]);
}

/** Reading the stream as one of the group. What was read stays ours, also after a failure, until it is settled. */
export type Consumer = {
  read(most: number): Promise<Entry[]>;
  /** Removes and acknowledges what is in the history now. */
  settle(keys: readonly string[]): Promise<void>;
  /** Takes over what others read and never settled, because they died. */
  takeOver(): Promise<void>;
  /** Gives up the name, unless something is still unsettled: others will take that over. */
  leave(): Promise<void>;
};

export function createConsumer(send: Send, name: string): Consumer {
  let unsettled = true;
  return {
    async read(most) {
      if (unsettled) {
        const own = await readGroup(send, name, '0', most);
        await settle(
          send,
          own.filter(isRemoved).map(([id]) => id.toString()),
        );
        if (own.length > 0) return own.filter((entry) => !isRemoved(entry)).map(toEntry);
      }
      // Also when the answer does not come: the store may have handed them out.
      unsettled = true;
      const entries = await readGroup(send, name, '>', most);
      unsettled = entries.length > 0;
      return entries.map(toEntry);
    },
    settle: (keys) => settle(send, keys),
    async takeOver() {
      const claim = ['XAUTOCLAIM', streamKey, groupName, name, String(abandonedAfter), '0', 'COUNT', '1000', 'JUSTID'];
      const reply = (await send(claim)) as [Buffer, Buffer[]];
      if (reply[1].length > 0) unsettled = true;
    },
    async leave() {
      const pending = (await send(['XPENDING', streamKey, groupName, '-', '+', '1', name])) as unknown[];
      if (pending.length === 0) await send(['XGROUP', 'DELCONSUMER', streamKey, groupName, name]);
    },
  };
}

/** Removes the names of replicas that have been silent for so many milliseconds and left nothing. */
export async function forgetConsumers(send: Send, silent = forgottenAfter): Promise<void> {
  const consumers = (await send(['XINFO', 'CONSUMERS', streamKey, groupName])) as unknown[][];
  for (const flat of consumers) {
    const value = (key: string): unknown => flat[flat.findIndex((item) => String(item) === key) + 1];
    if (value('pending') !== 0 || Number(value('idle')) < silent) continue;
    await send(['XGROUP', 'DELCONSUMER', streamKey, groupName, String(value('name'))]);
  }
}
