/** The bar below a cell in whose text something was found while its editor, where marks are, is hidden. */
import * as React from 'react';

import { IFinding } from '../../shared/api/types';
import { placeInCell } from '../../shared/findings/describe';
import { offersFor } from '../../shared/findings/findings';
import { IStrings } from '../../shared/strings/strings';
import { INotebookFindings } from '../../shared/tokens/nbguard';
import { FindingsBar } from '../../shared/widgets/findings-bar';

export class TextBar extends FindingsBar {
  constructor(
    private readonly notebook: INotebookFindings,
    strings: IStrings
  ) {
    super(strings, count => strings.textRegion(count));
    this.addClass('nbg-TextBar');
  }

  protected override row(finding: IFinding): React.JSX.Element {
    const { notebook, strings: s } = this;
    return (
      <>
        <button
          type="button"
          className="nbg-Finding-jump"
          aria-label={s.go(`${finding.message}, ${placeInCell(finding, s)}`)}
          onClick={() => void notebook.jumpTo(finding)}
        >
          {finding.message}
        </button>
        {offersFor(finding).map(action => (
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
      </>
    );
  }
}
