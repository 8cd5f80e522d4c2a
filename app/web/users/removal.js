/** @import { Client } from '../api/client.js' */
import { Problem } from '../api/problem.js';

const conflict = 409;

/**
 * Removes a user and all links of theirs. Where these are too many for one request, links go first, many in each, and no
 * longer all or none.
 * @param {Pick<Client, 'remove'>} client
 * @param {number} id
 */
export async function removeUser(client, id) {
  try {
    await client.remove(`/users/${id}`);
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== conflict) throw error;
    await removeLinks(client, id);
    await client.remove(`/users/${id}`);
  }
}

/** @param {Pick<Client, 'remove'>} client @param {number} id */
async function removeLinks(client, id) {
  for (;;) {
    const { body } = await client.remove(`/users/${id}/urls`);
    if (!body.more) return;
  }
}
