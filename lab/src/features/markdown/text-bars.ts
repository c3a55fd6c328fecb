/** Keeps the bars of cells whose editor is hidden where the findings are: of rendered Markdown and collapsed input. */
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
      this.show(cell);
    }
  }

  private show(cell: Cell): void {
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

  private place(cell: Cell, findings: readonly IFinding[]): void {
    this.follow(cell);
    let bar = this.bars.get(cell);
    // In the editor there are marks.
    if (!findings.length || !hasHiddenEditor(cell)) {
      bar?.hide();
      return;
    }
    if (!bar || bar.isDisposed) {
      bar = new TextBar(this.notebook, this.strings);
      const layout = cell.layout as PanelLayout;
      const input = layout.widgets.findIndex(part => part.hasClass('jp-Cell-inputWrapper'));
      layout.insertWidget(input < 0 ? layout.widgets.length : input + 1, bar);
      this.bars.set(cell, bar);
    }
    bar.list(findings);
    bar.show();
  }

  private follow(cell: Cell): void {
    if (this.followed.has(cell)) {
      return;
    }
    this.followed.add(cell);
    // Whether the input is collapsed is in the metadata.
    cell.model.metadataChanged.connect(() => this.show(cell), this);
    if (isMarkdown(cell)) {
      cell.renderedChanged.connect(() => this.show(cell), this);
    }
  }

  private readonly awaited = new WeakSet<Cell>();
  private readonly bars = new WeakMap<Cell, TextBar>();
  private readonly followed = new WeakSet<Cell>();
}

function hasHiddenEditor(cell: Cell): boolean {
  return cell.inputHidden || (isMarkdown(cell) && cell.rendered);
}

function isMarkdown(cell: Cell): cell is MarkdownCell {
  return cell.model.type === 'markdown';
}
