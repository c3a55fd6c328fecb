/** One finding as one row of the table: how grave, what, where, and what most people do; the rest on demand. */
import * as React from 'react';

import { IFinding, Offer } from '../../shared/api/types';
import { placeOf, safeUrl, shortPlaceOf, waiverOf } from '../../shared/findings/describe';
import { offersFor } from '../../shared/findings/findings';
import { IStrings } from '../../shared/strings/strings';
import { nameOf, primaryAction } from './listing';

export interface IRowProps {
  readonly finding: IFinding;
  readonly strings: IStrings;
  readonly busy: boolean;
  readonly onJump: (finding: IFinding) => void;
  readonly onAct: (action: Offer, finding: IFinding) => void;
}

/** How many columns the table has. */
export const COLUMNS = 5;

/** The letter tells the severity, and the whole word to screen readers and on hover; the colour only repeats it. */
export function SeverityBadge(props: { severity: IFinding['severity']; strings: IStrings }) {
  const { severity, strings } = props;
  const word = strings.severity(severity);
  return (
    <span className={`nbg-Severity nbg-mod-${severity}`} title={word}>
      <span aria-hidden="true">{word.slice(0, 1).toUpperCase()}</span>
      <span className="nbg-Unseen">{word}</span>
    </span>
  );
}

function ActionButton(props: IRowProps & { action: Offer; short?: boolean }) {
  const { action, finding, strings: s, busy, onAct, short } = props;
  return (
    <button
      type="button"
      className="nbg-Button"
      disabled={busy}
      title={short ? s.action(action) : undefined}
      aria-label={`${s.action(action)}: ${nameOf(finding)}, ${placeOf(finding, s)}`}
      onClick={() => onAct(action, finding)}
    >
      {short ? s.shortAction(action) : s.action(action)}
    </button>
  );
}

/** All that is known, and the actions that the row has no button for. */
function Details(props: IRowProps & { primary: Offer | null }) {
  const { finding, strings: s, primary } = props;
  const url = safeUrl(finding.rotation?.url);
  return (
    <div className="nbg-Details">
      <p>
        {placeOf(finding, s)} · {s.severity(finding.severity)} · <code>{finding.match}</code>
      </p>
      {finding.waived ? (
        <p className="nbg-Finding-waiver">{waiverOf(finding.waived, s)}</p>
      ) : (
        <>
          {finding.cause ? <p>{s.why(finding.cause)}</p> : null}
          {finding.remedy ? <p>{finding.remedy}</p> : null}
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
            <p>
              <a href={url} target="_blank" rel="noopener noreferrer">
                {s.rotateAt(finding.provider_name ?? s.provider)}
              </a>
            </p>
          ) : null}
          <div className="nbg-Finding-actions">
            {offersFor(finding)
              .filter(action => action !== primary)
              .map(action => (
                <ActionButton key={action} {...props} action={action} />
              ))}
          </div>
        </>
      )}
    </div>
  );
}

export function FindingRow(props: IRowProps) {
  const { finding, strings: s, onJump } = props;
  // Why something was allowed is what one unfolds that list for.
  const [open, setOpen] = React.useState(finding.waived !== null);
  const id = React.useId();
  const name = nameOf(finding);
  const place = placeOf(finding, s);
  const primary = finding.waived ? null : primaryAction(finding);
  return (
    <>
      <tr className={`nbg-Finding nbg-mod-${finding.severity}`} data-rule={finding.rule}>
        <td>
          <SeverityBadge severity={finding.severity} strings={s} />
        </td>
        <th scope="row">
          <button
            type="button"
            className="nbg-Finding-jump"
            title={name}
            aria-label={s.go(`${name}, ${place}`)}
            onClick={() => onJump(finding)}
          >
            {name}
          </button>
          <span className="nbg-Finding-at" aria-hidden="true">
            {shortPlaceOf(finding, s)}
          </span>
        </th>
        <td className="nbg-Finding-place" title={place}>
          <span aria-hidden="true">{shortPlaceOf(finding, s)}</span>
          <span className="nbg-Unseen">{place}</span>
        </td>
        <td>{primary ? <ActionButton {...props} action={primary} short /> : null}</td>
        <td>
          <button
            type="button"
            className="nbg-Finding-more"
            aria-expanded={open}
            aria-controls={open ? id : undefined}
            title={s.details}
            aria-label={`${s.details}: ${name}, ${place}`}
            onClick={() => setOpen(!open)}
          >
            <span aria-hidden="true">{open ? '▾' : '▸'}</span>
          </button>
        </td>
      </tr>
      {open ? (
        <tr className="nbg-Finding-details" id={id}>
          <td colSpan={COLUMNS}>
            <Details {...props} primary={primary} />
          </td>
        </tr>
      ) : null}
    </>
  );
}
