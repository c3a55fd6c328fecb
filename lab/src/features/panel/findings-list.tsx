/** The findings of one notebook: counts, filter, the table, what was allowed. */
import * as React from 'react';

import { IFinding, Offer } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';
import { INotebookFindings } from '../../shared/tokens/nbguard';
import { BulkMoveState, chooseMoves, IBulkMove, moveMany } from './bulk-move';
import { FilterBar } from './filter-bar';
import { FindingsTable } from './findings-table';
import { AS_IN_NOTEBOOK, countBySeverity, EVERYTHING, IFilter, ISort, matches } from './listing';

/** `3 findings: 2 high, 1 low`, or how many of them the filter shows. */
function Counts(props: { all: readonly IFinding[]; shown: number; strings: IStrings }) {
  const { all, shown, strings: s } = props;
  const parts = countBySeverity(all).map(([severity, n]) => s.nFindings(n, s.severity(severity)));
  return (
    <p role="status" className="nbg-Counts">
      <strong>{s.findings(all.length)}</strong>
      {all.length ? `: ${parts.join(', ')}` : ''}
      {shown < all.length ? ` (${s.shown(shown, all.length)})` : ''}
    </p>
  );
}

export function FindingsList(props: { notebook: INotebookFindings; strings: IStrings }) {
  const { notebook, strings: s } = props;
  const [filter, setFilter] = React.useState<IFilter>(EVERYTHING);
  const [sort, setSort] = React.useState<ISort>(AS_IN_NOTEBOOK);
  const [bulk, setBulk] = React.useState<IBulkMove>({ state: 'none' });
  const [busy, setBusy] = React.useState(false);
  const list = React.useRef<HTMLDivElement>(null);
  const shown = notebook.findings.filter(finding => matches(finding, filter));
  const movable = shown.filter(finding => finding.actions.includes('move'));

  const work = async (job: () => Promise<unknown>) => {
    setBusy(true);
    try {
      await job();
    } finally {
      setBusy(false);
      // The row with the button is gone: the keyboard stays in the list.
      if (!document.activeElement || document.activeElement === document.body) {
        list.current?.focus();
      }
    }
  };
  const onAct = (action: Offer, finding: IFinding) =>
    void work(() => notebook.act(action, finding));
  const onMoveAll = () =>
    void work(async () => {
      const chosen = await chooseMoves(movable, s);
      if (chosen.length) {
        await moveMany(notebook, chosen, setBulk);
      }
    });
  const onJump = (finding: IFinding) => void notebook.jumpTo(finding);
  const table = { strings: s, busy, sort, onSort: setSort, onAct, onJump };

  return (
    <>
      <Counts all={notebook.findings} shown={shown.length} strings={s} />
      {notebook.findings.length ? (
        <>
          <FilterBar filter={filter} strings={s} onChange={setFilter} />
          {movable.length ? (
            <button
              type="button"
              className="nbg-Button nbg-mod-main"
              disabled={busy}
              onClick={onMoveAll}
            >
              {s.moveAll(movable.length)}
            </button>
          ) : null}
        </>
      ) : null}
      <BulkMoveState move={bulk} strings={s} onClose={() => setBulk({ state: 'none' })} />
      <div ref={list} tabIndex={-1} className="nbg-List">
        {notebook.findings.length === 0 && notebook.state === 'idle' ? (
          <div className="nbg-Empty">
            <p>{s.nothing}</p>
            <p>{s.nothingHint}</p>
          </div>
        ) : null}
        {notebook.findings.length > 0 && shown.length === 0 ? (
          <div className="nbg-Empty">
            <p>{s.noMatch}</p>
            <button type="button" className="nbg-Button" onClick={() => setFilter(EVERYTHING)}>
              {s.resetFilter}
            </button>
          </div>
        ) : null}
        {shown.length ? <FindingsTable findings={shown} name={s.findingsTable} {...table} /> : null}
      </div>
      {notebook.waived.length ? (
        <details className="nbg-Waived">
          <summary>{s.allowedCount(notebook.waived.length)}</summary>
          <FindingsTable findings={notebook.waived} name={s.allowedTable} {...table} />
        </details>
      ) : null}
    </>
  );
}
