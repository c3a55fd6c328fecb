/** The references of one notebook as a list: state, version and age, or why one doesn't resolve. */
import * as React from 'react';

import { IReference } from '../../shared/api/types';
import { cellName } from '../../shared/findings/describe';
import { IStrings } from '../../shared/strings/strings';
import { NotebookReferences } from './notebook-references';
import { detailsOf, nameOf } from './words';

function Row(props: {
  reference: IReference;
  index: number | null;
  strings: IStrings;
  language?: string;
  onJump: (reference: IReference) => void;
}) {
  const { reference, index, strings: s, language, onJump } = props;
  const name = nameOf(reference);
  const cell = cellName(index, s);
  return (
    <li className="nbg-Finding" data-state={reference.state}>
      <div className="nbg-Finding-head">
        <span className={`nbg-State nbg-mod-${reference.state === 'ok' ? 'ok' : 'broken'}`}>
          {s.referenceState(reference.state)}
        </span>
        <button
          type="button"
          className="nbg-Finding-jump"
          aria-label={s.go(`${name}, ${cell}`)}
          onClick={() => onJump(reference)}
        >
          <code>{name}</code>
        </button>
      </div>
      <div className="nbg-Finding-place">
        <span>{cell}</span>
        <span>{detailsOf(reference, s, language)}</span>
      </div>
    </li>
  );
}

export function SecretsList(props: {
  references: NotebookReferences;
  strings: IStrings;
  language?: string;
  onJump: (reference: IReference) => void;
}) {
  const { references, strings: s, language, onJump } = props;
  const { items, busy, error, notebook } = references;
  const broken = items.filter(({ state }) => state !== 'ok').length;
  const indices = new Map(notebook.request().cells.map((cell, index) => [cell.id, index]));
  return (
    <>
      <p role="status" className="nbg-Counts">
        <strong>{s.references(items.length)}</strong>
        {broken ? `: ${s.unresolved(broken)}` : ''}
        {busy ? ` ${s.asking}` : ''}
      </p>
      {error ? (
        <p role="alert" className="nbg-Failed">
          {s.referencesFailed} {error}
        </p>
      ) : null}
      {items.length ? (
        <ul className="nbg-List">
          {items.map(reference => (
            <Row
              key={`${reference.cell} ${reference.from} ${nameOf(reference)}`}
              reference={reference}
              index={indices.get(reference.cell ?? '') ?? null}
              strings={s}
              language={language}
              onJump={onJump}
            />
          ))}
        </ul>
      ) : (
        <div className="nbg-Empty">
          <p>{s.noReferences}</p>
          <p>{s.noReferencesHint}</p>
        </div>
      )}
    </>
  );
}
