/** Where the user is in the notebook, file or console in front. */
import { EditorView } from '@codemirror/view';
import type { CodeCell } from '@jupyterlab/cells';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker } from '@jupyterlab/notebook';

import { IFinding } from '../api/types';
import { ConsoleModel, isConsole } from '../consoles/console-model';
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
    return { cell: this.index, offset: this.selection?.from ?? null };
  }

  /** What is selected in the active cell; empty for the bare cursor, null while nobody edits. */
  get selection(): IRange | null {
    const { editor } = this.active;
    const editing =
      this.file || this.console || this.tracker.currentWidget?.content.mode === 'edit';
    return editor && editing ? selectionOf(editor) : null;
  }

  /** Of the active cell. */
  get findings(): readonly IFinding[] {
    const { id } = this.active;
    return (id && this.nbguard.current?.inCell(id)) || [];
  }

  /** Where a command was called; the cursor may go on while the server is asked. */
  get call(): ICall | null {
    const { id, source } = this.active;
    return id === null ? null : { cell: id, source, selection: this.selection };
  }

  /** As if a command had been called with the text of `node` selected; null where it isn't in the active editor. */
  callAt(node: HTMLElement): ICall | null {
    const { id, source, editor } = this.active;
    const view = EditorView.findFromDOM(node);
    if (id === null || !view || !editor?.host.contains(node)) {
      return null;
    }
    const from = view.posAtDOM(node);
    return {
      cell: id,
      source,
      selection: { from, to: from + (node.textContent?.length ?? 0) }
    };
  }

  /** Where text would go, edited or not: somebody who asks from a panel has left the editor. */
  get spot(): ISpot | null {
    const { id, source, editor } = this.active;
    // A cell far from the view has no editor.
    const end = { from: source.length, to: source.length };
    return id === null ? null : { cell: id, ...(editor ? selectionOf(editor) : end) };
  }

  /** The cell with the cursor, the text of a file (whose id is empty), or nothing (null). */
  private get active(): {
    readonly id: string | null;
    readonly source: string;
    readonly editor: CodeEditor.IEditor | null;
  } {
    const { file } = this;
    if (file) {
      return { id: '', source: file.model.sharedModel.getSource(), editor: file };
    }
    const cell = this.console ? this.inConsole : this.tracker.activeCell;
    return cell
      ? { id: cell.model.id, source: cell.model.sharedModel.getSource(), editor: cell.editor }
      : { id: null, source: '', editor: null };
  }

  /** Findings of a file come after any cell. */
  private get index(): number {
    if (this.file) {
      return Infinity;
    }
    const cell = this.inConsole;
    return this.console && cell
      ? this.console.widgets.indexOf(cell)
      : (this.tracker.currentWidget?.content.activeCellIndex ?? 0);
  }

  /** The console in front. */
  private get console(): ConsoleModel | null {
    const model: unknown = this.nbguard.current?.context.model;
    return isConsole(model) ? model : null;
  }

  /** The cell of the console that has the keyboard, else the prompt. */
  private get inConsole(): CodeCell | null {
    const cells = this.console?.widgets ?? [];
    return cells.find(({ editor }) => editor?.hasFocus()) ?? cells[cells.length - 1] ?? null;
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
