/** Classes of routes that share one limit. */
export const limitClasses = ['create', 'bulk', 'read'] as const;
export type LimitClass = (typeof limitClasses)[number];
