/** The side panel: the findings of the notebook in front, or why there are none to show. */
import * as React from 'react';

import { IStrings } from '../../shared/strings/strings';
import { INbguard, INotebookFindings } from '../../shared/tokens/nbguard';
import { IServerStatus } from '../../shared/tokens/server-status';
import { shieldIcon } from '../../shared/widgets/icons';
import { IRefresh, SidePanel } from '../../shared/widgets/side-panel';
import { FindingsList } from './findings-list';
import { ServerLine } from './server-line';

export class FindingsView extends SidePanel {
  constructor(
    private readonly nbguard: INbguard,
    private readonly server: IServerStatus | null,
    private readonly strings: IStrings
  ) {
    super({
      id: 'nbguard-findings',
      icon: shieldIcon,
      caption: strings.panelCaption,
      title: strings.panelTitle
    });
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

  protected get refresh(): IRefresh {
    return { label: this.strings.rescan, enabled: !!this.notebook, run: () => this.rescan() };
  }

  protected body(): React.JSX.Element {
    const { notebook, server, strings: s } = this;
    return (
      <>
        {this.missing ? <p role="alert">{s.missingHint}</p> : this.findings(notebook)}
        {server?.value ? <ServerLine status={server.value} strings={s} /> : null}
      </>
    );
  }

  /** A scan that works needs no status. */
  private get missing(): boolean {
    return !!this.server?.missing && (!this.notebook || this.notebook.state === 'failed');
  }

  private findings(notebook: INotebookFindings | null): React.JSX.Element {
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
    if (notebook.state === 'new') {
      return (
        <div className="nbg-Empty">
          <p role="status">{s.looking}</p>
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

  protected override redraw(): void {
    const count = this.notebook?.findings.length ?? 0;
    this.title.caption = `${this.strings.panelCaption}: ${this.strings.findings(count)}`;
    super.redraw();
  }

  private notebook: INotebookFindings | null = null;
}
