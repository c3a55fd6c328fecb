/** The side panel: the findings of the notebook in front, or why there are none to show. */
import { ReactWidget, refreshIcon } from '@jupyterlab/ui-components';
import { Message } from '@lumino/messaging';
import * as React from 'react';

import { shieldIcon } from '../icons';
import { IServerStatus } from '../server-status';
import { IStrings } from '../strings';
import { INbguard, INotebookFindings } from '../tokens';
import { FindingsList } from './findings-list';
import { ServerLine } from './server-line';

export class FindingsView extends ReactWidget {
  constructor(
    private readonly nbguard: INbguard,
    private readonly server: IServerStatus | null,
    private readonly strings: IStrings
  ) {
    super();
    this.id = 'nbguard-findings';
    this.addClass('nbg-Panel');
    this.title.icon = shieldIcon;
    this.title.caption = strings.panelCaption;
    this.node.setAttribute('role', 'region');
    this.node.setAttribute('aria-label', strings.panelTitle);
    nbguard.currentChanged.connect(this.follow, this);
    server?.changed.connect(this.redraw, this);
    this.follow();
  }

  override dispose(): void {
    this.notebook?.changed.disconnect(this.redraw, this);
    this.nbguard.currentChanged.disconnect(this.follow, this);
    this.server?.changed.disconnect(this.redraw, this);
    super.dispose();
  }

  protected override onAfterShow(message: Message): void {
    super.onAfterShow(message);
    this.update();
  }

  protected override onActivateRequest(message: Message): void {
    super.onActivateRequest(message);
    this.node.querySelector<HTMLElement>('input, button')?.focus();
  }

  protected override render(): React.JSX.Element {
    const s = this.strings;
    const { notebook, server } = this;
    return (
      <>
        <header className="nbg-Header">
          <h2>{s.panelTitle}</h2>
          <button
            type="button"
            className="nbg-IconButton"
            title={s.rescan}
            aria-label={s.rescan}
            disabled={!notebook}
            onClick={() => this.rescan()}
          >
            <refreshIcon.react tag="span" />
          </button>
        </header>
        {this.missing ? <p role="alert">{s.missingHint}</p> : this.body(notebook)}
        {server?.value ? <ServerLine status={server.value} strings={s} /> : null}
      </>
    );
  }

  /** A scan that works needs no status. */
  private get missing(): boolean {
    return !!this.server?.missing && (!this.notebook || this.notebook.state === 'failed');
  }

  private body(notebook: INotebookFindings | null): React.JSX.Element {
    const s = this.strings;
    if (!notebook) {
      return (
        <div className="nbg-Empty">
          <p>{s.noNotebook}</p>
        </div>
      );
    }
    if (notebook.state === 'off') {
      return (
        <div className="nbg-Empty">
          <p>{s.scanOff}</p>
          <button
            type="button"
            className="nbg-Button"
            onClick={() => void this.nbguard.setEnabled(true)}
          >
            {s.turnOn}
          </button>
        </div>
      );
    }
    return (
      <>
        {notebook.error ? (
          <p role="alert" className="nbg-Failed">
            {notebook.state === 'failed' ? `${s.scanFailed} ${notebook.error}` : notebook.error}
          </p>
        ) : null}
        <FindingsList key={notebook.context.path} notebook={notebook} strings={s} />
      </>
    );
  }

  private rescan(): void {
    void this.notebook?.scanNow();
    void this.server?.refresh(this.notebook?.context.path);
  }

  private follow(): void {
    this.notebook?.changed.disconnect(this.redraw, this);
    this.notebook = this.nbguard.current;
    this.notebook?.changed.connect(this.redraw, this);
    this.redraw();
  }

  private redraw(): void {
    const count = this.notebook?.findings.length ?? 0;
    this.title.caption = `${this.strings.panelCaption}: ${this.strings.findings(count)}`;
    if (this.isVisible) {
      this.update();
    }
  }

  private notebook: INotebookFindings | null = null;
}
