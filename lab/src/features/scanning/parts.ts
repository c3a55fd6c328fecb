/** The texts of what is open: the cells of a notebook, or the text of a file. */
import type { ISharedText } from '@jupyter/ydoc';
import type { ICellModel } from '@jupyterlab/cells';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';

/** A text that can be edited. `cell` is null for that of a file, whose id is empty. */
export interface IPart {
  readonly id: string;
  readonly text: ISharedText;
  readonly cell: ICellModel | null;
}

export function isNotebook(model: DocumentRegistry.IModel): model is INotebookModel {
  return 'cells' in model;
}

/** In their order. */
export function partsOf(model: DocumentRegistry.IModel): IPart[] {
  if (isNotebook(model)) {
    return [...model.cells].map(cell => ({ id: cell.id, text: cell.sharedModel, cell }));
  }
  const text = onlyText(model);
  return text ? [{ id: '', text, cell: null }] : [];
}

/** The text of a file. */
export function onlyText(model: DocumentRegistry.IModel): ISharedText | null {
  const shared = model.sharedModel as unknown as Partial<ISharedText>;
  return typeof shared.getSource === 'function' ? (shared as ISharedText) : null;
}
