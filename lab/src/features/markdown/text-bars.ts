/** Keeps the bars of a notebook's rendered Markdown cells where the findings are. */
import type { Cell, MarkdownCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { PanelLayout } from '@lumino/widgets';

import { IFinding } from '../../shared/api/types';
import { atLeast, inText } from '../../shared/findings/findings';
import { IStrings } from '../../shared/strings/strings';
import { INbguard, INotebookFindings } from '../../shared/tokens/nbguard';
import { TextBar } from './text-bar';

export class TextBars {
  constructor(
    private readonly panel: NotebookPanel,
    private readonly notebook: INotebookFindings,
    private readonly nbguard: INbguard,
    private readonly strings: IStrings
  ) {
    notebook.changed.connect(this.sync, this);
    nbguard.settingsChanged.connect(this.sync, this);
    panel.disposed.connect(this.dispose, this);
    this.sync();
  }

  dispose(): void {
    this.notebook.changed.disconnect(this.sync, this);
    this.nbguard.settingsChanged.disconnect(this.sync, this);
    this.panel.disposed.disconnect(this.dispose, this);
  }

  private sync(): void {
    for (const cell of this.panel.content.widgets) {
      if (cell.model.type === 'markdown') {
        this.show(cell as MarkdownCell);
      }
    }
  }

  private show(cell: MarkdownCell): void {
    const { enabled, severity } = this.nbguard.settings;
    const found = enabled ? this.notebook.inCell(cell.model.id) : [];
    // Those in attachments have no place in the text, and no mark in the editor either.
    const findings = found.filter(finding => inText(finding) && atLeast(finding, severity));
    if (!findings.length && !this.bars.has(cell)) {
      return;
    }
    if (cell.isPlaceholder()) {
      // A cell that wasn't near the view yet has no parts.
      if (!this.awaited.has(cell)) {
        this.awaited.add(cell);
        void cell.ready.then(() => cell.isDisposed || this.show(cell));
      }
      return;
    }
    this.place(cell, findings);
  }

  private place(cell: MarkdownCell, findings: readonly IFinding[]): void {
    let bar = this.bars.get(cell);
    if (!bar || bar.isDisposed) {
      bar = new TextBar(this.notebook, this.strings);
      const layout = cell.layout as PanelLayout;
      const input = layout.widgets.findIndex(part => part.hasClass('jp-Cell-inputWrapper'));
      layout.insertWidget(input < 0 ? layout.widgets.length : input + 1, bar);
      this.bars.set(cell, bar);
      cell.renderedChanged.connect(() => this.show(cell), this);
    }
    bar.list(findings);
    // In the editor there are marks.
    bar.setHidden(!findings.length || !cell.rendered);
  }

  private readonly awaited = new WeakSet<Cell>();
  private readonly bars = new WeakMap<Cell, TextBar>();
}
