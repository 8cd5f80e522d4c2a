import type { Options } from 'k6/options';

/**
 * What k6 has to know of an edge of this machine that has a name: where it is, whatever a name server says, and that its
 * certificate proves nothing there.
 */
export const edgeOptions = (name: string): Pick<Options, 'hosts' | 'insecureSkipTLSVerify'> =>
  name === '' ? {} : { hosts: { [name]: '127.0.0.1' }, insecureSkipTLSVerify: true };
