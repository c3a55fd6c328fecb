/** What the user is told after an action, beyond that it worked. */
import { Dialog, Notification, showDialog, showErrorMessage } from '@jupyterlab/apputils';
import type { ICodeCellModel } from '@jupyterlab/cells';
import { Widget } from '@lumino/widgets';

import { IFinding } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';
import { INotebookFindings } from '../../shared/tokens/nbguard';
import { describe } from '../../shared/widgets/tip';

/** An output in which a moved value still stands. */
export interface ILeft {
  readonly cell: ICodeCellModel;
  /** As people call it. */
  readonly name: string;
}

/** Says in which outputs, with the button that takes them out, until they are gone. */
export function tellOutputs(
  left: readonly ILeft[],
  notebook: INotebookFindings,
  strings: IStrings
): void {
  const cells = [...new Set(left.map(({ cell }) => cell))];
  const clear = () => {
    cells.forEach(cell => cell.clearExecution());
    void notebook.scanNow();
  };
  const names = left.map(({ name }) => name).join(', ');
  const id = Notification.warning(strings.leftInOutputs(names), {
    autoClose: false,
    actions: [{ label: strings.clearOutput, displayType: 'accent', callback: clear }]
  });
  const gone = () => {
    if (cells.every(cell => cell.isDisposed || !cell.outputs.length)) {
      Notification.dismiss(id);
      notebook.changed.disconnect(gone);
    }
  };
  // A scan comes after each change, in whatever way the outputs went.
  notebook.changed.connect(gone);
}

/** A value that was ever shared has to be rotated, too: the steps are at hand. */
export function tellMoved(what: string, finding: IFinding, strings: IStrings): void {
  const { rotation } = finding;
  if (!rotation || !(rotation.steps.length || rotation.url)) {
    Notification.success(what, { autoClose: 5000 });
    return;
  }
  const show = () => {
    const title = strings.rotateTitle(finding.provider_name ?? finding.rule);
    const body = new Widget({ node: describe(finding, strings) });
    void showDialog({ title, body, buttons: [Dialog.okButton({ label: strings.close })] });
  };
  Notification.success(what, {
    autoClose: 15_000,
    actions: [{ label: strings.rotateNow, callback: show }]
  });
}

/** JupyterLab cuts a notification's text here; what to do tends to stand at the end. */
const NOTIFIED = 140;

export function tellError(message: string, strings: IStrings): void {
  const more = () => void showErrorMessage(strings.refused, message);
  const actions = message.length > NOTIFIED ? [{ label: strings.more, callback: more }] : [];
  Notification.error(message, { autoClose: false, actions });
}
