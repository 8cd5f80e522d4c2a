import { deploySteps } from '../../../scripts/src/deploy/host-steps.ts';

/** The steps of a deployment, in their order: as the code has them, so that a new one is ended as well. */
export const stepNames = deploySteps({ request: {} } as Parameters<typeof deploySteps>[0], {
  alerts: { kind: 'unwatched' },
  at: 0,
}).map(({ name }) => name);
