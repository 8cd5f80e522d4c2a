import type { Route } from '../http/route.ts';
import { userRoutes } from '../users/routes.ts';
import type { Core } from './core.ts';

/** Users, urls, events: the resources, each handed the functions of the others that it needs. */
export const composeResources = ({ db }: Core): Route[] => [...userRoutes({ db })];
