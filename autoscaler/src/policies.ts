import type { Settings } from './config.ts';
import type { Policy } from './decide/policy.ts';
import type { UpstreamShape } from './edge/upstream.ts';
import type { ReleasePolicy } from './release/release.ts';
import type { LifePolicy } from './replicas/describe.ts';

/** Rounds of warm-up that may fail before a replica counts as bad. */
const warmFailures = 3;

export const decidePolicy = (settings: Settings): Policy => ({
  ...settings,
  connections: {
    total: settings.connections,
    reserve: settings.connectionsReserve,
    perReplica: settings.connectionsPerReplica,
  },
});

export const lifePolicy = ({ probeFailures, readyTimeout }: Settings): LifePolicy => ({
  probeFailures,
  readyTimeout,
  warmFailures,
});

export const releasePolicy = ({ bake, bakeErrors, maxP95, releaseTimeout }: Settings): ReleasePolicy => ({
  bake,
  timeout: releaseTimeout,
  maxErrors: bakeErrors,
  maxP95,
});

export const upstreamShape = ({ serverParameters, upstreamName, upstreamTemplate }: Settings): UpstreamShape => ({
  name: upstreamName,
  parameters: serverParameters,
  template: upstreamTemplate,
});

export const placeOf = ({ edgeService, network, project, service, templateService }: Settings) => ({
  project,
  network,
  service,
  templateService: templateService === '' ? `${service}-template` : templateService,
  edgeService,
});
