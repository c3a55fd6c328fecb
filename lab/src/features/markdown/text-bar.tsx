/** The bar below a rendered Markdown cell in whose text something was found: its editor, where marks are, is hidden. */
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IFinding } from '../../shared/api/types';
import { placeInCell } from '../../shared/findings/describe';
import { keyOf } from '../../shared/findings/findings';
import { IStrings } from '../../shared/strings/strings';
import { INotebookFindings } from '../../shared/tokens/nbguard';

/** The rest is in the side panel. */
const SHOWN = 3;

export class TextBar extends ReactWidget {
  constructor(
    private readonly notebook: INotebookFindings,
    private readonly strings: IStrings
  ) {
    super();
    this.addClass('nbg-OutputBar');
    this.addClass('nbg-TextBar');
    this.node.setAttribute('role', 'group');
  }

  /** Draws again only where something else was found: a button that has the keyboard stays. */
  list(findings: readonly IFinding[]): void {
    const text = JSON.stringify(findings);
    if (text !== this.drawn) {
      this.drawn = text;
      this.findings = findings;
      this.node.setAttribute('aria-label', this.strings.textRegion(findings.length));
      this.update();
    }
  }

  protected override render(): React.JSX.Element {
    const { findings, notebook, strings: s } = this;
    const more = findings.length - SHOWN;
    return (
      <>
        <ul>
          {findings.slice(0, SHOWN).map(finding => (
            <li key={keyOf(finding)}>
              <span className={`nbg-Severity nbg-mod-${finding.severity}`}>
                {s.severity(finding.severity)}
              </span>
              <button
                type="button"
                className="nbg-Finding-jump"
                aria-label={s.go(`${finding.message}, ${placeInCell(finding, s)}`)}
                onClick={() => void notebook.jumpTo(finding)}
              >
                {finding.message}
              </button>
              {finding.actions.map(action => (
                <button
                  key={action}
                  type="button"
                  className="nbg-Button"
                  aria-label={`${s.action(action)}: ${finding.message}`}
                  onClick={() => void notebook.act(action, finding)}
                >
                  {s.action(action)}
                </button>
              ))}
            </li>
          ))}
        </ul>
        {more > 0 ? <p>{s.moreOutputs(more)}</p> : null}
      </>
    );
  }

  private findings: readonly IFinding[] = [];
  private drawn = '';
}
