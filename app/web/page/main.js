/** @import { About } from '../types.d.ts' */
import { h, render } from 'preact';
import { createClient } from '../api/client.js';
import { createSession } from '../api/session.js';
import { createStream } from '../api/stream.js';
import { createRemovals } from '../links/removals.js';
import { createToasts } from '../parts/toasts.js';
import { createRouter } from './router.js';
import { ServicesContext } from './services.js';
import { Shell } from './shell.js';
import { applyTheme } from './theme.js';

applyTheme();
/** @type {About} */
const about = JSON.parse(document.body.dataset['about'] ?? '{}');
const client = createClient({
  fetch: (path, options) => fetch(path, options),
  onUnauthorized: () => session.forget(),
});
const session = createSession({ client, known: about });
const toasts = createToasts();
const stream = createStream({
  EventSource,
  now: () => performance.now(),
  // Why is not said: perhaps the session is over.
  onRefused: () => session.look().catch(() => {}),
});
const removals = createRemovals({ client, toasts, window });
const services = { about, client, session, stream, toasts, removals };
const page = document.getElementById('page');

session.start();
if (page) {
  page.replaceChildren();
  render(h(ServicesContext.Provider, { value: services }, h(Shell, { router: createRouter(window) })), page);
}
