const host = /^https?:\/\/(?:[^/?#@]*@)?([a-z0-9._-]{1,253}|\[[0-9a-f:.]{2,45}\])(?::\d{1,5})?(?:[/?#]|$)/i;

/** The host of a Referer header in lower case; empty where there is none, or no web address in it. */
export function referrerHost(referrer: string): string {
  if (referrer === '') return '';
  return host.exec(referrer.slice(0, 512))?.[1]?.toLowerCase() ?? '';
}
