/** Keeps the bars of a notebook's outputs where the findings are, while cells come, go and are drawn again. */
import type { Cell, CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { PanelLayout } from '@lumino/widgets';

import { IFinding } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';
import { INotebookFindings } from '../../shared/tokens/nbguard';
import { OutputBar } from './output-bar';

const FLAGGED = 'nbg-mod-flagged';

export class OutputBars {
  constructor(
    private readonly panel: NotebookPanel,
    private readonly notebook: INotebookFindings,
    private readonly strings: IStrings,
    private readonly showPanel: (() => void) | null
  ) {
    notebook.changed.connect(this.sync, this);
    panel.disposed.connect(this.dispose, this);
    this.sync();
  }

  dispose(): void {
    this.notebook.changed.disconnect(this.sync, this);
    this.panel.disposed.disconnect(this.dispose, this);
  }

  private sync(): void {
    const byCell = new Map<string, IFinding[]>();
    for (const finding of this.notebook.findings) {
      if (finding.output !== null && finding.cell?.id) {
        const group = byCell.get(finding.cell.id);
        byCell.set(finding.cell.id, [...(group ?? []), finding]);
      }
    }
    for (const cell of this.panel.content.widgets) {
      const findings = byCell.get(cell.model.id);
      if (findings) {
        this.place(cell, findings);
      } else if (this.bars.has(cell)) {
        this.clear(cell);
      }
    }
  }

  private place(cell: Cell, findings: readonly IFinding[]): void {
    if (cell.isPlaceholder()) {
      // A cell that wasn't near the view yet has no parts.
      if (!this.awaited.has(cell)) {
        this.awaited.add(cell);
        void cell.ready.then(() => cell.isDisposed || this.sync());
      }
      return;
    }
    let bar = this.bars.get(cell);
    if (!bar || bar.isDisposed) {
      bar = new OutputBar(this.notebook, this.strings, this.showPanel);
      const layout = cell.layout as PanelLayout;
      const at = layout.widgets.findIndex(part => part.hasClass('jp-Cell-outputWrapper'));
      layout.insertWidget(at < 0 ? layout.widgets.length : at, bar);
      this.bars.set(cell, bar);
    }
    bar.list(findings);
    const flagged = new Set(findings.map(finding => finding.output));
    (cell as CodeCell).outputArea.widgets.forEach((output, index) => {
      output.toggleClass(FLAGGED, flagged.has(index));
    });
  }

  private clear(cell: Cell): void {
    this.bars.get(cell)?.dispose();
    this.bars.delete(cell);
    (cell as CodeCell).outputArea?.widgets.forEach(output => output.removeClass(FLAGGED));
  }

  private readonly awaited = new WeakSet<Cell>();
  private readonly bars = new WeakMap<Cell, OutputBar>();
}
