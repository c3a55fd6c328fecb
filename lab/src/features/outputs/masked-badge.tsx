/** The badge in a notebook's toolbar: how many values the kernel masked in its outputs. A click goes to the next. */
import { NotebookPanel } from '@jupyterlab/notebook';
import { ReactWidget } from '@jupyterlab/ui-components';
import { Debouncer } from '@lumino/polling';
import * as React from 'react';

import { IStrings } from '../../shared/strings/strings';
import { keyIcon } from '../../shared/widgets/icons';
import { MaskedCounts } from './masked';

/** Milliseconds. A running cell changes its outputs many times a second. */
const DELAY = 250;

export class MaskedBadge extends ReactWidget {
  constructor(
    private readonly panel: NotebookPanel,
    private readonly strings: IStrings
  ) {
    super();
    this.addClass('nbg-Masked');
    this.recount = new Debouncer(() => this.count(), DELAY);
    void panel.context.ready.then(() => {
      if (!this.isDisposed) {
        panel.context.model.contentChanged.connect(this.onChange, this);
        this.count();
      }
    });
  }

  override dispose(): void {
    if (!this.isDisposed) {
      this.recount.dispose();
      this.panel.context.model?.contentChanged.disconnect(this.onChange, this);
    }
    super.dispose();
  }

  protected override render(): React.JSX.Element {
    const total = this.cells.reduce((sum, { count }) => sum + count, 0);
    return (
      <button
        type="button"
        className="nbg-MaskedButton"
        hidden={total === 0}
        title={this.strings.maskedHint}
        onClick={() => void this.next()}
      >
        <keyIcon.react tag="span" width="14px" />
        <span role="status">{total ? this.strings.masked(total) : ''}</span>
      </button>
    );
  }

  private onChange(): void {
    if (!this.isDisposed) {
      void this.recount.invoke();
    }
  }

  private count(): void {
    if (!this.isDisposed && this.panel.context.model) {
      this.cells = this.counts.of(this.panel.context.model);
      this.setHidden(this.cells.length === 0);
      this.update();
    }
  }

  private async next(): Promise<void> {
    const notebook = this.panel.content;
    const { index } =
      this.cells.find(cell => cell.index > notebook.activeCellIndex) ?? this.cells[0];
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    await notebook.scrollToItem(index, 'smart').catch(() => undefined);
    notebook.activate();
  }

  private readonly counts = new MaskedCounts(() => this.onChange());
  private readonly recount: Debouncer;
  private cells: readonly { readonly index: number; readonly count: number }[] = [];
}
