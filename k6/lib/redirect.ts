import { addressOf } from './links.ts';

/** Whether an answer sends its reader on, wherever to: the service has counted a click for it. */
export const isRedirect = (status: number): boolean => status >= 301 && status <= 308 && status !== 304;

/** Whether it does so to the address of that link. */
export const leadsRight = (status: number, location: string | undefined, link: number): boolean =>
  isRedirect(status) && location === addressOf(link);
