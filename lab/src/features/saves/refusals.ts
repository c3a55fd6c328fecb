/**
 * What the server says of the saves of the open notebooks: asked for when one is opened, after every save, when an
 * event tells of one, and now and then while a refusal holds.
 */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { DocumentRegistry } from '@jupyterlab/docregistry';
import { ServerConnection } from '@jupyterlab/services';
import { ISignal, Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { status } from '../../shared/api/client';
import { IRefusal } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';
import { INotebookFindings } from '../../shared/tokens/nbguard';
import { IRefusals } from '../../shared/tokens/refusals';
import { sameRefusal, sinceWhen } from './since';

/** Milliseconds between two questions while a refusal holds: an event may have got lost. */
const AGAIN = 10_000;
/** Milliseconds after which JupyterLab has cleared its "Saving completed". */
const CLEARED = 2500;
/** The signal behind `saveState`, whose type hides how it is sent. */
type State = { emit?: (state: DocumentRegistry.SaveState) => void };

export interface IWaysOut {
  readonly show: (path: string) => void;
  readonly save: () => void;
}

export class Refusals implements IRefusals {
  constructor(
    private readonly settings: ServerConnection.ISettings,
    private readonly strings: IStrings,
    private readonly ways: IWaysOut
  ) {}

  get changed(): ISignal<this, INotebookFindings> {
    return this._changed;
  }

  of(notebook: INotebookFindings): IRefusal | null {
    return this.known.get(notebook) ?? null;
  }

  /** From now on until the notebook is closed. */
  follow(notebook: INotebookFindings): void {
    const { context } = notebook;
    context.saveState.connect((_, state: DocumentRegistry.SaveState) => {
      // What is sent below is no save.
      if (state === 'completed' || (state === 'failed' && !this.telling)) {
        void this.ask(notebook, state === 'completed');
      }
    });
    context.pathChanged.connect(() => void this.ask(notebook));
    void this.ask(notebook);
  }

  forget(notebook: INotebookFindings): void {
    clearTimeout(this.timers.get(notebook));
    this.timers.delete(notebook);
    this.known.delete(notebook);
  }

  /** @param completed - The page has just said that a save worked. */
  async ask(notebook: INotebookFindings, completed = false): Promise<void> {
    clearTimeout(this.timers.get(notebook));
    const path = notebook.context.localPath;
    let refused = this.of(notebook);
    try {
      refused = (await status(this.settings, path)).refused;
    } catch {
      // Without an answer, what was known holds.
    }
    if (notebook.isDisposed || notebook.context.localPath !== path) {
      return;
    }
    if (refused) {
      this.timers.set(
        notebook,
        setTimeout(() => void this.ask(notebook), AGAIN)
      );
    }
    const before = this.of(notebook);
    this.known.set(notebook, refused);
    if (refused) {
      this.putRight(notebook, completed || !before);
    }
    if (!sameRefusal(before, refused)) {
      this._changed.emit(notebook);
    }
  }

  async explain(notebook: INotebookFindings): Promise<void> {
    const refused = this.of(notebook);
    if (!refused) {
      return;
    }
    const s = this.strings;
    const path = notebook.context.localPath;
    const body = new Widget();
    for (const text of [s.notSavedSince(sinceWhen(refused.since, new Date())), refused.reason]) {
      const line = document.createElement('p');
      line.textContent = text;
      body.node.append(line);
    }
    const answer = await showDialog({
      title: s.saveBlocked(path.split('/').pop() ?? path),
      body,
      buttons: [
        Dialog.cancelButton({ label: s.close }),
        Dialog.createButton({ label: s.saveAgain, actions: ['save'] }),
        Dialog.okButton({ label: s.showFindings, actions: ['show'] })
      ]
    });
    const [chosen] = answer.button.actions;
    if (chosen === 'show') {
      this.ways.show(path);
    } else if (chosen === 'save') {
      this.ways.save();
    }
  }

  /**
   * A shared document is saved by the server, and the page takes it for saved whatever became of it. Other pages know
   * what became of their own saves, and what they show of a file may well be what is on the disk.
   */
  private putRight(notebook: INotebookFindings, said: boolean): void {
    const { context } = notebook;
    if (!context.model.collaborative) {
      return;
    }
    if (!context.model.dirty) {
      context.model.dirty = true;
    }
    if (said) {
      this.tellFailed(notebook);
      // The status bar takes away whatever it says some time after it said that a save worked.
      setTimeout(() => this.tellFailed(notebook), CLEARED);
    }
  }

  private tellFailed(notebook: INotebookFindings): void {
    if (!notebook.isDisposed && this.of(notebook)) {
      this.telling = true;
      (notebook.context.saveState as State).emit?.('failed');
      this.telling = false;
    }
  }

  private readonly _changed = new Signal<this, INotebookFindings>(this);
  private readonly known = new Map<INotebookFindings, IRefusal | null>();
  private readonly timers = new Map<INotebookFindings, ReturnType<typeof setTimeout>>();
  private telling = false;
}
