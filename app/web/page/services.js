/** @import { Services } from '../types.d.ts' */
import { createContext } from 'preact';
import { useContext } from 'preact/hooks';

/** What every view may use: handed in once, at the top. */
export const ServicesContext = createContext(/** @type {Services} */ (/** @type {unknown} */ (undefined)));

export const useServices = () => useContext(ServicesContext);
