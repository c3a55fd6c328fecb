/** The bar above the outputs of a cell in which something was found. */
import * as React from 'react';

import { IFinding } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';
import { INotebookFindings } from '../../shared/tokens/nbguard';
import { FindingsBar } from '../../shared/widgets/findings-bar';

export class OutputBar extends FindingsBar {
  constructor(
    private readonly notebook: INotebookFindings,
    strings: IStrings,
    private readonly showPanel: (() => void) | null
  ) {
    super(strings, count => strings.outputsRegion(count));
  }

  protected override row(finding: IFinding): React.JSX.Element {
    const { notebook, strings: s } = this;
    return (
      <>
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
      </>
    );
  }

  protected override below(findings: readonly IFinding[]): React.JSX.Element {
    const { notebook, strings: s, showPanel } = this;
    const clearable = findings.find(finding => finding.actions.includes('clear-output'));
    return (
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
    );
  }
}
