/** @import { Values } from './values.js' */
import { emptyValues } from './values.js';

const name = 'shortstack-draft';

/**
 * What was typed and not sent, so that a reload loses nothing. Kept in this tab alone.
 * @returns {Values}
 */
export function readDraft() {
  try {
    return { ...emptyValues, ...JSON.parse(sessionStorage.getItem(name) ?? '{}') };
  } catch {
    return emptyValues;
  }
}

/** Before the next one signs in. */
export const forgetDraft = () => keepDraft(emptyValues);

/** @param {Values} values */
export function keepDraft(values) {
  try {
    sessionStorage.setItem(name, JSON.stringify(values));
  } catch {
    // A browser that keeps nothing: then a reload forgets.
  }
}
