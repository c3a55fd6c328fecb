/** A bar in a cell that lists the first findings of one of its parts; what the rest of a row says is the part's own. */
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IFinding } from '../api/types';
import { keyOf } from '../findings/findings';
import { IStrings } from '../strings/strings';

/** The rest is in the side panel. */
const SHOWN = 3;

export abstract class FindingsBar extends ReactWidget {
  constructor(
    protected readonly strings: IStrings,
    /** What the bar is called, by how many findings there are. */
    private readonly region: (count: number) => string
  ) {
    super();
    this.addClass('nbg-OutputBar');
    this.node.setAttribute('role', 'group');
  }

  /** Draws again only where something else was found: a button that has the keyboard stays. */
  list(findings: readonly IFinding[]): void {
    const text = JSON.stringify(findings);
    if (text !== this.drawn) {
      this.drawn = text;
      this.findings = findings;
      this.node.setAttribute('aria-label', this.region(findings.length));
      this.update();
    }
  }

  /** What stands in a finding's row, behind its severity. */
  protected abstract row(finding: IFinding): React.JSX.Element;

  /** What stands below the rows, where anything does. */
  protected below?(findings: readonly IFinding[]): React.JSX.Element;

  protected override render(): React.JSX.Element {
    const { findings, strings: s } = this;
    const more = findings.length - SHOWN;
    return (
      <>
        <ul>
          {findings.slice(0, SHOWN).map(finding => (
            <li key={keyOf(finding)}>
              <span className={`nbg-Severity nbg-mod-${finding.severity}`}>
                {s.severity(finding.severity)}
              </span>
              {this.row(finding)}
            </li>
          ))}
        </ul>
        {more > 0 ? <p>{s.moreOutputs(more)}</p> : null}
        {this.below?.(findings)}
      </>
    );
  }

  private findings: readonly IFinding[] = [];
  private drawn = '';
}
