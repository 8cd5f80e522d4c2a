import type { Config } from '../config.ts';
import type { BodyLimits } from '../http/body.ts';

type Settings = Pick<Config, 'bodyLimit' | 'bulkLimit' | 'requestTimeout'>;

/** Uploads are a hundred times as large, and some people's connections slow. */
const uploadPatience = 3;

/** What a JSON body may be. */
export const jsonLimits = ({ bodyLimit, requestTimeout }: Settings): BodyLimits => ({
  bytes: bodyLimit,
  wait: requestTimeout * 1_000,
});

/** What a bulk upload may be. */
export const uploadLimits = ({ bulkLimit, requestTimeout }: Settings): BodyLimits => ({
  bytes: bulkLimit,
  wait: uploadPatience * requestTimeout * 1_000,
});
