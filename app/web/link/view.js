/** @import { Place, Url } from '../types.d.ts' */
import { h } from 'preact';
import { useState } from 'preact/hooks';
import { may } from '../api/session.js';
import { EditForm } from '../links/edit.js';
import { QrButton } from '../links/qr.js';
import { State, Tags } from '../links/row.js';
import { hashOf } from '../page/router.js';
import { useServices } from '../page/services.js';
import { texts } from '../page/texts.js';
import { CopyButton } from '../parts/copy.js';
import { momentOf, number } from '../parts/format.js';
import { ProblemNote } from '../parts/problem-note.js';
import { useStore } from '../parts/store.js';
import { Chart } from './chart.js';
import { EventList } from './feed.js';
import { Figures } from './figures.js';
import { useLink } from './load.js';
import { RangePicker } from './picker.js';
import { choiceOf } from './range.js';
import { SeriesTable } from './series-table.js';
import { Shares } from './shares.js';

/** @param {{ url: Url, onChanged: (url: Url) => void }} props */
function Head({ url, onChanged }) {
  const { session, removals } = useServices();
  const mayWrite = may(useStore(session.rights), 'write');
  const [editing, setEditing] = useState(false);
  const remove = () => {
    removals.remove([url]);
    location.assign(hashOf('links'));
  };
  const small = { type: 'button', class: 'small' };
  const form = editing && h(EditForm, { url, onSaved: onChanged, onClose: () => setEditing(false) });
  return h(
    'header',
    { class: 'link-head' },
    h('h1', { dir: 'auto' }, url.title || url.short_code),
    h(
      'p',
      { class: 'row' },
      h('a', { class: 'short', href: url.short_url, rel: 'noreferrer', dir: 'ltr' }, url.short_url),
      h(State, { url }),
      h(CopyButton, { text: url.short_url }),
      h(QrButton, { url }),
      mayWrite && !editing && h('button', { ...small, onClick: () => setEditing(true) }, texts.edit),
      mayWrite && h('button', { ...small, class: 'small danger', onClick: remove }, texts.remove),
    ),
    h(
      'p',
      { class: 'quiet' },
      '→ ',
      h('a', { href: url.original_url, class: 'address', rel: 'noreferrer', dir: 'ltr' }, url.original_url),
    ),
    h(
      'p',
      { class: 'quiet' },
      `${texts.links.created} ${momentOf(url.created_at)} · ${texts.link.clicks}: ${number(url.click_count)} `,
      h(Tags, { tags: url.tags }),
    ),
    form,
  );
}

/** @param {{ stats: ReturnType<typeof useLink>['stats'] }} props */
function Statistics({ stats }) {
  const { value } = stats;
  const problem = h(ProblemNote, { problem: stats.problem, onRetry: stats.again });
  if (!value) return stats.problem ? problem : h('p', { class: 'waiting tall' }, texts.loading);
  const { now, past } = value;
  return h(
    'div',
    { class: stats.loading ? 'loading' : undefined, 'aria-busy': stats.loading },
    problem,
    h(Figures, { now, past }),
    h(Chart, { now, past }),
    h(SeriesTable, { now, past }),
    h(Shares, { stats: now }),
  );
}

/** One link: what it is, who follows it, what was done to it. @param {{ place: Place }} props */
export function LinkView({ place }) {
  const id = place.id ?? 0;
  const choice = choiceOf(place.query);
  const { link, stats, clicks, history, deleted } = useLink(id, choice);
  const back = h('p', null, h('a', { href: hashOf('links') }, '← ', texts.link.back));
  if (deleted || link.problem?.status === 404)
    return h('div', { class: 'view' }, back, h('p', { class: 'empty' }, texts.link.missing));
  // Nothing that is there may move under the reader's hand, so the rest comes after the head.
  if (!link.value && !link.problem)
    return h('div', { class: 'view' }, back, h('p', { class: 'waiting' }, texts.loading));
  return h(
    'div',
    { class: 'view' },
    back,
    h(ProblemNote, { problem: link.problem, onRetry: link.again }),
    link.value && h(Head, { url: link.value, onChanged: (url) => link.change(() => url) }),
    h(RangePicker, { id, choice }),
    h(Statistics, { stats }),
    h(
      'div',
      { class: 'cards wide' },
      h(EventList, { title: texts.link.live, events: clicks, empty: texts.link.liveEmpty, live: true }),
      h(EventList, { title: texts.link.history, events: history, empty: texts.link.historyEmpty }),
    ),
  );
}
