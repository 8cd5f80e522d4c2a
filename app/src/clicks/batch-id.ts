import { randomInt } from 'node:crypto';

/**
 * Ids for the batches of one process. Each is a UUIDv7 whose random part says whose batch it is and which of its clicks
 * are in it, so that a lost batch leaves a gap that can be found:
 * time in ms (48 bits), clicks (12), maker (22), clicks in the batches before (40).
 */
export type BatchIds = { readonly maker: string; next(clicks: number): string };

/** What an id says of its batch. */
export type BatchIdentity = { maker: string; clicks: number; before: number };

const mostClicks = 0xfff;
/** The two highest bits of the field are a UUID's variant. */
const variant = 0x800000;
const makerBits = 22;

const hex = (value: number, digits: number): string => value.toString(16).padStart(digits, '0');

export function createBatchIds(now: () => number = Date.now): BatchIds {
  const maker = hex(variant + randomInt(2 ** makerBits), 6);
  let before = 0;
  return {
    maker,
    next(clicks) {
      if (clicks > mostClicks) throw new RangeError(`a batch of ${clicks} clicks has no id`);
      const time = hex(now(), 12);
      const place = `${maker.slice(0, 4)}-${maker.slice(4)}${hex(before, 10)}`;
      before += clicks;
      return `${time.slice(0, 8)}-${time.slice(8)}-7${hex(clicks, 3)}-${place}`;
    },
  };
}

/** Reads the id of a batch. Of one that an earlier release made it is as random as that. */
export const identityOf = (id: string): BatchIdentity => ({
  maker: id.slice(19, 23) + id.slice(24, 26),
  clicks: Number.parseInt(id.slice(15, 18), 16),
  before: Number.parseInt(id.slice(26), 16),
});
