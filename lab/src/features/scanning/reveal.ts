/** Brings a finding or a lookup on screen: its cell, which may have no editor yet, and its text. */
import type { CodeCell, MarkdownCell } from '@jupyterlab/cells';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { NotebookPanel } from '@jupyterlab/notebook';

import { IPlace } from '../../shared/tokens/nbguard';

/** The cells of a long notebook are put into the page bit by bit; a try waits ten seconds for one. */
const TRIES = 6;

export async function reveal(panel: NotebookPanel, place: IPlace): Promise<void> {
  const notebook = panel.content;
  const index = notebook.widgets.findIndex(cell => cell.model.id === place.cell?.id);
  const cell = notebook.widgets[index];
  if (!cell) {
    panel.activate();
    return;
  }
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  for (let tries = 0; tries < TRIES; tries++) {
    await notebook.scrollToItem(index, 'smart').catch(() => undefined);
    if (cell.isAttached || cell.isDisposed) {
      break;
    }
  }
  await cell.ready;
  if (place.from === null || place.to === null) {
    notebook.mode = 'command';
    notebook.activate();
    const outputs = cell.node.querySelectorAll('.jp-OutputArea-child');
    outputs[place.output ?? 0]?.scrollIntoView({ block: 'nearest' });
    return;
  }
  cell.inputHidden = false;
  if (cell.model.type === 'markdown') {
    (cell as MarkdownCell).rendered = false;
  }
  notebook.mode = 'edit';
  if (cell.editor) {
    select(cell.editor, place);
  }
}

/** The cells of a console stand one below the other, and each has its editor. */
export function revealInConsole(cells: readonly CodeCell[], place: IPlace): void {
  const cell = cells.find(({ model }) => model.id === place.cell?.id);
  cell?.node.scrollIntoView({ block: 'nearest' });
  if (cell?.editor && place.from !== null) {
    select(cell.editor, place);
  }
}

/** Selects a place in the text of an editor. */
export function select(editor: CodeEditor.IEditor, { from, to }: IPlace): void {
  const start = editor.getPositionAt(from ?? 0);
  const end = editor.getPositionAt(to ?? from ?? 0);
  if (start && end) {
    editor.setSelection({ start, end });
    editor.revealPosition(start);
  }
  editor.focus();
}
