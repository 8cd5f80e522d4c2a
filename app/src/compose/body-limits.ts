import type { Config } from '../config.ts';
import type { BodyLimits } from '../http/body.ts';
import { type BodyRoom, createBodyRoom } from '../http/body-room.ts';
import { youngCollector } from '../platform/collect-garbage.ts';

type Settings = Pick<Config, 'bodyLimit' | 'bulkLimit' | 'requestTimeout'>;

/** Uploads are a hundred times as large, and some people's connections slow. */
const uploadPatience = 3;

/** Of an upload a batch is held. */
const uploadHeld = 1_048_576;
/**
 * Small beside the 100 MB by which clients may make a replica grow: what Node reads of each connection, up to 64 kB before
 * anybody looks at it, takes most of those.
 */
const allBodies = 16_777_216;

/** The room of a replica, which is never less than one body needs. */
export const composeBodyRoom = ({ bodyLimit }: Settings): BodyRoom =>
  createBodyRoom({ bytes: Math.max(allBodies, bodyLimit), collect: youngCollector() });

/** What a JSON body may be. */
export const jsonLimits = ({ bodyLimit, requestTimeout }: Settings, room: BodyRoom): BodyLimits => ({
  bytes: bodyLimit,
  held: bodyLimit,
  room,
  wait: requestTimeout * 1_000,
});

/** What a bulk upload may be. */
export const uploadLimits = ({ bulkLimit, requestTimeout }: Settings, room: BodyRoom): BodyLimits => ({
  bytes: bulkLimit,
  held: uploadHeld,
  room,
  wait: uploadPatience * requestTimeout * 1_000,
});
