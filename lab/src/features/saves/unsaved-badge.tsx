/** The badge in the toolbar of a notebook whose saves are refused. A click says why, and what to do. */
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IStrings } from '../../shared/strings/strings';
import { INotebookFindings } from '../../shared/tokens/nbguard';
import { IRefusals } from '../../shared/tokens/refusals';
import { shieldIcon } from '../../shared/widgets/icons';
import { sinceWhen } from './since';

export class UnsavedBadge extends ReactWidget {
  constructor(
    private readonly notebook: () => INotebookFindings | null,
    private readonly refusals: IRefusals,
    private readonly strings: IStrings
  ) {
    super();
    this.addClass('nbg-Unsaved');
    refusals.changed.connect(this.redraw, this);
    this.redraw();
  }

  override dispose(): void {
    this.refusals.changed.disconnect(this.redraw, this);
    super.dispose();
  }

  protected override render(): React.JSX.Element {
    const notebook = this.notebook();
    const refused = notebook && this.refusals.of(notebook);
    if (!notebook || !refused) {
      return <span role="status" />;
    }
    const since = this.strings.notSavedSince(sinceWhen(refused.since, new Date()));
    return (
      <button
        type="button"
        className="nbg-UnsavedButton"
        title={`${since} ${refused.reason}`}
        onClick={() => void this.refusals.explain(notebook)}
      >
        <shieldIcon.react tag="span" width="14px" />
        <span role="status">{this.strings.notSaved}</span>
      </button>
    );
  }

  private redraw(): void {
    const notebook = this.notebook();
    this.setHidden(!notebook || !this.refusals.of(notebook));
    this.update();
  }
}
