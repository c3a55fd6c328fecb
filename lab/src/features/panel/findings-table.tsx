/** Findings as a table that is sorted by a click on a column's head. */
import * as React from 'react';

import { IFinding, Offer } from '../../shared/api/types';
import { keyOf } from '../../shared/findings/findings';
import { IStrings } from '../../shared/strings/strings';
import { FindingRow } from './finding-row';
import { Column, ISort, sorted, sortedOn } from './listing';

export interface ITableProps {
  readonly findings: readonly IFinding[];
  /** What the table is called by screen readers. */
  readonly name: string;
  readonly sort: ISort;
  readonly strings: IStrings;
  readonly busy: boolean;
  readonly onSort: (sort: ISort) => void;
  readonly onJump: (finding: IFinding) => void;
  readonly onAct: (action: Offer, finding: IFinding) => void;
}

function Head(props: {
  column: Column;
  /** What it is called. */
  label: string;
  sort: ISort;
  strings: IStrings;
  onSort: (sort: ISort) => void;
}) {
  const { column, label, sort, strings: s, onSort } = props;
  const here = sort.by === column;
  return (
    <th
      scope="col"
      className={`nbg-Head nbg-mod-${column}`}
      aria-sort={here ? (sort.down ? 'descending' : 'ascending') : undefined}
    >
      <button type="button" title={s.sortBy(label)} onClick={() => onSort(sortedOn(sort, column))}>
        {column === 'severity' ? (
          <>
            <span aria-hidden="true">!</span>
            <span className="nbg-Unseen">{label}</span>
          </>
        ) : (
          label
        )}
        <span aria-hidden="true">{here ? (sort.down ? ' ▾' : ' ▴') : ''}</span>
      </button>
    </th>
  );
}

/** A notebook may hold thousands: more rows than this aren't drawn, and the filter gets at the rest. */
const MOST = 300;

export function FindingsTable(props: ITableProps) {
  const { findings, name, sort, strings: s, onSort, ...rest } = props;
  const heads = { sort, strings: s, onSort };
  const inFile = findings.every(({ where }) => where === 'file');
  return (
    <>
      <table className="nbg-Table" aria-label={name}>
        <thead>
          <tr>
            <Head column="severity" label={s.column('severity')} {...heads} />
            <Head column="name" label={s.column('name')} {...heads} />
            <Head column="place" label={s.column(inFile ? 'line' : 'place')} {...heads} />
            <th scope="col" className="nbg-Head nbg-mod-action">
              <span className="nbg-Unseen">{s.columnAction}</span>
            </th>
            <th scope="col" className="nbg-Head nbg-mod-more">
              <span className="nbg-Unseen">{s.details}</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted(findings, sort)
            .slice(0, MOST)
            .map(finding => (
              <FindingRow key={keyOf(finding)} finding={finding} strings={s} {...rest} />
            ))}
        </tbody>
      </table>
      {findings.length > MOST ? <p>{s.moreFindings(findings.length - MOST)}</p> : null}
    </>
  );
}
