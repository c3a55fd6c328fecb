/** Where the user is in the notebook or file in front. */
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';

import { IFinding } from '../api/types';
import { IPosition } from '../findings/findings';
import { IRange } from '../text/ranges';
import { INbguard, ISpot } from '../tokens/nbguard';

/** Where a command was called. */
export interface ICall {
  readonly cell: string;
  readonly source: string;
  readonly selection: IRange | null;
}

export class Cursor {
  constructor(
    private readonly nbguard: INbguard,
    private readonly tracker: INotebookTracker,
    private readonly editors: IEditorTracker | null
  ) {}

  get position(): IPosition {
    return {
      // Findings of a file come after any cell.
      cell: this.file ? Infinity : (this.tracker.currentWidget?.content.activeCellIndex ?? 0),
      offset: this.selection?.from ?? null
    };
  }

  /** What is selected in the active cell; empty for the bare cursor, null while nobody edits. */
  get selection(): IRange | null {
    const file = this.file;
    const editor = file ?? this.tracker.activeCell?.editor;
    if (!editor || (!file && this.tracker.currentWidget?.content.mode !== 'edit')) {
      return null;
    }
    return selectionOf(editor);
  }

  /** Of the active cell. */
  get findings(): readonly IFinding[] {
    const cell = this.file ? null : this.tracker.activeCell;
    return (cell && this.nbguard.current?.inCell(cell.model.id)) ?? [];
  }

  /** Where a command was called; the cursor may go on while the server is asked. */
  get call(): ICall | null {
    const file = this.file;
    if (file) {
      return { cell: '', source: file.model.sharedModel.getSource(), selection: this.selection };
    }
    const model = this.tracker.activeCell?.model;
    return model
      ? { cell: model.id, source: model.sharedModel.getSource(), selection: this.selection }
      : null;
  }

  /** Where text would go, edited or not: somebody who asks from a panel has left the editor. */
  get spot(): ISpot | null {
    const file = this.file;
    const editor = file ?? this.tracker.activeCell?.editor ?? null;
    const model = file ? file.model : this.tracker.activeCell?.model;
    if (!model) {
      return null;
    }
    const cell = file ? '' : (this.tracker.activeCell?.model.id ?? '');
    const end = model.sharedModel.getSource().length;
    // A cell far from the view has no editor.
    return { cell, ...(editor ? selectionOf(editor) : { from: end, to: end }) };
  }

  /** The editor of the file in front. */
  private get file(): CodeEditor.IEditor | null {
    const { current } = this.nbguard;
    const front = this.editors?.currentWidget;
    return front && front.context === current?.context ? front.content.editor : null;
  }
}

function selectionOf(editor: CodeEditor.IEditor): IRange {
  const { start, end } = editor.getSelection();
  const offsets = [editor.getOffsetAt(start), editor.getOffsetAt(end)];
  return { from: Math.min(...offsets), to: Math.max(...offsets) };
}
