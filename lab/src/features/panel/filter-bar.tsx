/** Text, kind and severity to filter the list by. */
import * as React from 'react';

import { Kind, Severity } from '../../shared/api/types';
import { SEVERITIES } from '../../shared/findings/findings';
import { IStrings } from '../../shared/strings/strings';
import { IFilter, KINDS } from './listing';

export function FilterBar(props: {
  filter: IFilter;
  strings: IStrings;
  onChange: (filter: IFilter) => void;
}) {
  const { filter, strings: s, onChange } = props;
  return (
    <div className="nbg-Filter" role="search" aria-label={s.filterText}>
      <input
        type="search"
        className="nbg-Filter-text"
        placeholder={s.filterText}
        aria-label={s.filterText}
        value={filter.text}
        onChange={event => onChange({ ...filter, text: event.target.value })}
      />
      <select
        aria-label={s.filterKind}
        value={filter.kind}
        onChange={event => onChange({ ...filter, kind: event.target.value as Kind | '' })}
      >
        <option value="">{s.allKinds}</option>
        {KINDS.map(kind => (
          <option key={kind} value={kind}>
            {s.kind(kind)}
          </option>
        ))}
      </select>
      <select
        aria-label={s.filterSeverity}
        value={filter.severity}
        onChange={event => onChange({ ...filter, severity: event.target.value as Severity | '' })}
      >
        <option value="">{s.allSeverities}</option>
        {SEVERITIES.slice(1).map(severity => (
          <option key={severity} value={severity}>
            {s.andAbove(s.severity(severity))}
          </option>
        ))}
      </select>
    </div>
  );
}
