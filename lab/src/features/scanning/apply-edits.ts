/** Makes the edits that the server answered, in the model that is open, where it is still what they were made for. */
import type { DocumentRegistry } from '@jupyterlab/docregistry';

import { IEdit, INotebookRequest } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';
import { backwards } from '../../shared/text/ranges';
import { IPart, isNotebook, partsOf } from './parts';

/** The notebook isn't what the edits were made for. */
export class Changed extends Error {}

/** In one transaction, if every cell they touch still has the source they were made for; else throws `Changed`. */
export function applyEdits(
  model: DocumentRegistry.IModel,
  request: INotebookRequest,
  edits: readonly IEdit[],
  undoable: boolean,
  strings: IStrings
): void {
  const parts = new Map<IPart, IEdit[]>();
  const open = partsOf(model);
  for (const edit of edits) {
    const part = open.find(({ id }) => id === edit.cell);
    const sent = request.cells.find(other => other.id === edit.cell);
    if (!part || !sent || part.text.getSource() !== sent.source) {
      throw new Changed(strings.changed);
    }
    parts.set(part, [...(parts.get(part) ?? []), edit]);
  }
  // Checked before anything is changed.
  const plans = [...parts].map(
    ([{ text }, own]) => [text, backwards(own, text.getSource().length)] as const
  );
  const apply = ([text, own]: (typeof plans)[number]) => {
    for (const { from, to, insert } of own) {
      text.updateSource(from, to, insert);
    }
  };
  if (undoable) {
    // By cell, for that is how undo goes.
    plans.forEach(plan => plan[0].transact(() => apply(plan)));
    return;
  }
  const whole = isNotebook(model) ? model.sharedModel : plans[0]?.[0];
  whole?.transact(() => plans.forEach(apply), false);
  plans.forEach(([text]) => text.clearUndoHistory());
}
