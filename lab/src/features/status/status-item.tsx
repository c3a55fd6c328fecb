/** The status bar item: how many findings the notebook in front has, or why that isn't known. */
import { ReactWidget } from '@jupyterlab/ui-components';
import * as React from 'react';

import { IRefusal } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';
import { INbguard, INotebookFindings } from '../../shared/tokens/nbguard';
import { IRefusals } from '../../shared/tokens/refusals';
import { IServerStatus } from '../../shared/tokens/server-status';
import { shieldIcon } from '../../shared/widgets/icons';

export interface ISaying {
  readonly state: string;
  readonly text: string;
  readonly caption: string;
}

/** What the item says. `state` is one of missing, off, failed, new, findings, ok, or refused while saves are. */
export function statusOf(
  notebook: INotebookFindings,
  missing: boolean,
  refused: IRefusal | null,
  s: IStrings
): ISaying {
  const scanned = scanOf(notebook, missing, s);
  return refused
    ? { state: 'refused', text: s.statusNotSaved(scanned.text), caption: refused.reason }
    : scanned;
}

function scanOf(notebook: INotebookFindings, missing: boolean, s: IStrings): ISaying {
  if (missing && notebook.state === 'failed') {
    return { state: 'missing', text: s.missing, caption: s.missingHint };
  }
  if (notebook.state === 'off') {
    return { state: 'off', text: s.statusOff, caption: s.statusCaption };
  }
  if (notebook.state === 'failed') {
    return { state: 'failed', text: s.statusFailed, caption: notebook.error ?? s.statusCaption };
  }
  if (notebook.state === 'new') {
    return { state: 'new', text: s.looking, caption: s.statusCaption };
  }
  const count = notebook.findings.length;
  if (count) {
    return { state: 'findings', text: s.statusFindings(count), caption: s.statusCaption };
  }
  return { state: 'ok', text: s.statusOk, caption: s.statusCaption };
}

export class StatusItem extends ReactWidget {
  constructor(
    private readonly nbguard: INbguard,
    private readonly server: IServerStatus,
    private readonly refusals: IRefusals | null,
    private readonly strings: IStrings,
    private readonly open: () => void
  ) {
    super();
    this.addClass('nbg-StatusItem');
    nbguard.currentChanged.connect(this.follow, this);
    server.changed.connect(this.redraw, this);
    refusals?.changed.connect(this.redraw, this);
    this.follow();
  }

  override dispose(): void {
    this.notebook?.changed.disconnect(this.redraw, this);
    this.nbguard.currentChanged.disconnect(this.follow, this);
    this.server.changed.disconnect(this.redraw, this);
    this.refusals?.changed.disconnect(this.redraw, this);
    super.dispose();
  }

  protected override render(): React.JSX.Element {
    if (!this.notebook) {
      return <></>;
    }
    const refused = this.refusals?.of(this.notebook) ?? null;
    const { state, text, caption } = statusOf(
      this.notebook,
      this.server.missing,
      refused,
      this.strings
    );
    return (
      <button
        type="button"
        className={`nbg-Status nbg-mod-${state}`}
        title={caption}
        aria-label={text}
        onClick={this.open}
      >
        <shieldIcon.react tag="span" width="14px" />
        <span aria-live="polite">{text}</span>
      </button>
    );
  }

  private follow(): void {
    this.notebook?.changed.disconnect(this.redraw, this);
    this.notebook = this.nbguard.current;
    this.notebook?.changed.connect(this.redraw, this);
    this.redraw();
  }

  private redraw(): void {
    this.update();
  }

  private notebook: INotebookFindings | null = null;
}
