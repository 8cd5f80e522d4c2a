/** @import { Place } from '../types.d.ts' */
/** @import { Filters } from './query.js' */
import { h } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { may } from '../api/session.js';
import { useServices } from '../page/services.js';
import { texts } from '../page/texts.js';
import { Pager } from '../parts/pager.js';
import { ProblemNote } from '../parts/problem-note.js';
import { useStore } from '../parts/store.js';
import { BulkBar } from './bulk.js';
import { CreateForm } from './create.js';
import { FilterBar } from './filters.js';
import { ImportButton } from './import.js';
import { useLinks } from './list.js';
import { filtersOf, isNarrowed } from './query.js';
import { LinkTable } from './table.js';

/** @typedef {ReturnType<typeof useLinks>} Links */

/** @param {{ links: Links, narrowed: boolean, mayWrite: boolean }} props */
function ListHead({ links, narrowed, mayWrite }) {
  const { value, fresh, toFirst } = links;
  return h(
    'header',
    { class: 'list-head' },
    h('h1', null, texts.links.title),
    h('span', { class: 'quiet', role: 'status' }, value ? texts.links.total(value.total, narrowed) : texts.loading),
    fresh > 0 && h('button', { type: 'button', class: 'small fresh', onClick: toFirst }, texts.links.fresh(fresh)),
    h('span', { class: 'space' }),
    mayWrite && h(ImportButton, { onDone: toFirst }),
    h('a', { class: 'button small', href: '/urls/export?format=csv', download: 'urls.csv' }, texts.links.exporting),
  );
}

/** @param {{ links: Links, filters: Filters, mayWrite: boolean }} props */
function List({ links, filters, mayWrite }) {
  const { removals } = useServices();
  const hidden = useStore(removals.hidden);
  const [selection, setSelection] = useState(/** @type {ReadonlySet<number>} */ (new Set()));
  const rows = (links.value?.rows ?? []).filter(({ id }) => !hidden.has(id));
  const chosen = rows.filter(({ id }) => selection.has(id));
  const page = rows.map(({ id }) => id).join();
  // What cannot be seen is not meant.
  useEffect(() => setSelection((old) => new Set(rows.map(({ id }) => id).filter((id) => old.has(id)))), [page]);
  const clear = () => setSelection(new Set());
  return h(
    'div',
    { class: links.loading ? 'loading' : undefined, 'aria-busy': links.loading },
    chosen.length > 0 && h(BulkBar, { urls: chosen, onChanged: links.put, onDone: clear }),
    h(ProblemNote, { problem: links.problem, onRetry: links.again }),
    rows.length > 0 &&
      h(LinkTable, { rows, filters, mayWrite, selection, onSelection: setSelection, onChanged: links.put }),
    rows.length === 0 &&
      !links.loading &&
      !links.problem &&
      h('p', { class: 'empty' }, isNarrowed(filters) ? texts.links.noneFound : texts.links.empty),
    h(Pager, links),
  );
}

/** @param {{ place: Place }} props */
export function LinksView({ place }) {
  const { session } = useServices();
  const mayWrite = may(useStore(session.rights), 'write');
  const filters = filtersOf(place.query);
  const links = useLinks(filters);
  const narrowed = isNarrowed(filters);
  return h(
    'div',
    { class: 'view' },
    mayWrite && h(CreateForm, { onMade: links.toFirst }),
    h(ListHead, { links, narrowed, mayWrite }),
    h(FilterBar, { filters }),
    h(List, { links, filters, mayWrite }),
  );
}
