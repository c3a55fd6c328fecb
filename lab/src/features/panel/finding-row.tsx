/** One finding in the list: what, where, why, and what can be done. */
import * as React from 'react';

import { Action, IFinding } from '../../shared/api/types';
import { placeInCell, placeOf, safeUrl, waiverOf } from '../../shared/findings/describe';
import { IStrings } from '../../shared/strings/strings';

export interface IRowProps {
  readonly finding: IFinding;
  readonly strings: IStrings;
  readonly busy: boolean;
  readonly onJump: (finding: IFinding) => void;
  readonly onAct: (action: Action, finding: IFinding) => void;
}

/** The word and the shape tell the severity; the colour only repeats it. */
export function SeverityBadge(props: { severity: IFinding['severity']; strings: IStrings }) {
  const { severity, strings } = props;
  return <span className={`nbg-Severity nbg-mod-${severity}`}>{strings.severity(severity)}</span>;
}

function Details(props: { finding: IFinding; strings: IStrings }) {
  const { finding, strings: s } = props;
  const url = safeUrl(finding.rotation?.url);
  return (
    <details className="nbg-Details">
      <summary>{s.details}</summary>
      {finding.cause ? <p>{finding.cause}</p> : null}
      <p>{finding.remedy}</p>
      {finding.rotation?.steps.length ? (
        <>
          <p>{s.rotateSteps}</p>
          <ol>
            {finding.rotation.steps.map((step, index) => (
              <li key={index}>{step}</li>
            ))}
          </ol>
        </>
      ) : null}
      {url ? (
        <a href={url} target="_blank" rel="noopener noreferrer">
          {s.rotateAt(finding.provider_name ?? s.provider)}
        </a>
      ) : null}
    </details>
  );
}

export function FindingRow(props: IRowProps) {
  const { finding, strings: s, busy, onJump, onAct } = props;
  const place = placeOf(finding, s);
  return (
    <li className={`nbg-Finding nbg-mod-${finding.severity}`} data-rule={finding.rule}>
      <div className="nbg-Finding-head">
        <SeverityBadge severity={finding.severity} strings={s} />
        <button
          type="button"
          className="nbg-Finding-jump"
          aria-label={s.go(`${finding.message} ${place}`)}
          onClick={() => onJump(finding)}
        >
          {finding.message}
        </button>
      </div>
      <div className="nbg-Finding-place">
        <span>{placeInCell(finding, s)}</span>
        <code>{finding.rule}</code>
        <code>{finding.match}</code>
      </div>
      {finding.waived ? (
        <p className="nbg-Finding-waiver">{waiverOf(finding.waived, s)}</p>
      ) : (
        <>
          <Details finding={finding} strings={s} />
          <div className="nbg-Finding-actions">
            {finding.actions.map(action => (
              <button
                key={action}
                type="button"
                className="nbg-Button"
                disabled={busy}
                aria-label={`${s.action(action)}: ${finding.message} ${place}`}
                onClick={() => onAct(action, finding)}
              >
                {s.action(action)}
              </button>
            ))}
          </div>
        </>
      )}
    </li>
  );
}
