/** Where the user is in the notebook in front. */
import { INotebookTracker } from '@jupyterlab/notebook';

import { IFinding } from '../../shared/api/types';
import { IPosition } from '../../shared/findings/findings';
import { IRange } from '../../shared/text/ranges';
import { INbguard } from '../../shared/tokens/nbguard';

/** Where a command was called. */
export interface ICall {
  readonly cell: string;
  readonly source: string;
  readonly selection: IRange | null;
}

export class Cursor {
  constructor(
    private readonly nbguard: INbguard,
    private readonly tracker: INotebookTracker
  ) {}

  get position(): IPosition {
    return {
      cell: this.tracker.currentWidget?.content.activeCellIndex ?? 0,
      offset: this.selection?.from ?? null
    };
  }

  /** What is selected in the active cell; empty for the bare cursor, null while nobody edits. */
  get selection(): IRange | null {
    const editor = this.tracker.activeCell?.editor;
    if (!editor || this.tracker.currentWidget?.content.mode !== 'edit') {
      return null;
    }
    const { start, end } = editor.getSelection();
    const offsets = [editor.getOffsetAt(start), editor.getOffsetAt(end)];
    return { from: Math.min(...offsets), to: Math.max(...offsets) };
  }

  /** Of the active cell. */
  get findings(): readonly IFinding[] {
    const cell = this.tracker.activeCell;
    return (cell && this.nbguard.current?.inCell(cell.model.id)) ?? [];
  }

  /** Where a command was called; the cursor may go on while the server is asked. */
  get call(): ICall | null {
    const model = this.tracker.activeCell?.model;
    return model
      ? { cell: model.id, source: model.sharedModel.getSource(), selection: this.selection }
      : null;
  }
}
