/** The bar above the outputs of a cell in which something was found. */
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IFinding } from '../../shared/api/types';
import { keyOf } from '../../shared/findings/findings';
import { IStrings } from '../../shared/strings/strings';
import { INotebookFindings } from '../../shared/tokens/nbguard';

/** The rest is in the side panel. */
const SHOWN = 3;

export class OutputBar extends ReactWidget {
  constructor(
    private readonly notebook: INotebookFindings,
    private readonly strings: IStrings,
    private readonly showPanel: (() => void) | null
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
      this.node.setAttribute('aria-label', this.strings.outputsRegion(findings.length));
      this.update();
    }
  }

  protected override render(): React.JSX.Element {
    const { findings, notebook, strings: s, showPanel } = this;
    const clearable = findings.find(finding => finding.actions.includes('clear-output'));
    const more = findings.length - SHOWN;
    return (
      <>
        <ul>
          {findings.slice(0, SHOWN).map(finding => (
            <li key={keyOf(finding)}>
              <span className={`nbg-Severity nbg-mod-${finding.severity}`}>
                {s.severity(finding.severity)}
              </span>
              <span>{s.outputHolds((finding.output ?? 0) + 1, finding.message)}</span>
              {finding.actions.includes('allow') ? (
                <button
                  type="button"
                  className="nbg-Button"
                  aria-label={`${s.allow} ${finding.message}`}
                  onClick={() => void notebook.allow(finding)}
                >
                  {s.allow}
                </button>
              ) : null}
            </li>
          ))}
        </ul>
        {more > 0 ? <p>{s.moreOutputs(more)}</p> : null}
        <div className="nbg-OutputBar-actions">
          {clearable ? (
            <button
              type="button"
              className="nbg-Button nbg-mod-main"
              onClick={() => void notebook.clearOutput(clearable)}
            >
              {s.clearOutput}
            </button>
          ) : null}
          {showPanel ? (
            <button type="button" className="nbg-Button" onClick={showPanel}>
              {s.showInPanel}
            </button>
          ) : null}
        </div>
      </>
    );
  }

  private findings: readonly IFinding[] = [];
  private drawn = '';
}
