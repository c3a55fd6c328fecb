/** Brings a finding or a lookup on screen: its cell, which may have no editor yet, and its text. */
import type { Cell, CodeCell, MarkdownCell } from '@jupyterlab/cells';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { Notebook, NotebookPanel } from '@jupyterlab/notebook';
import type { PanelLayout } from '@lumino/widgets';

import { IPlace } from '../../shared/tokens/nbguard';

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
  attach(notebook, cell, index);
  await notebook.scrollToItem(index, 'smart').catch(() => undefined);
  await cell.ready;
  if (place.from === null || place.to === null) {
    notebook.mode = 'command';
    notebook.activate();
    if (cell.model.type === 'code') {
      (cell as CodeCell).outputHidden = false;
    }
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

/** JupyterLab puts the cells of a long notebook into the page bit by bit, in their order: that one would take a minute. */
function attach(notebook: Notebook, cell: Cell, index: number): void {
  const later = ['defer', 'contentVisibility'].includes(notebook.notebookConfig.windowingMode);
  if (later && !cell.isAttached) {
    // Its place among those that are there is found by this number.
    cell.node.dataset.windowedListIndex = String(index);
    (notebook.layout as PanelLayout).insertWidget(index, cell);
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
