/** The references of every open notebook. */
import { ISignal, Signal } from '@lumino/signaling';

import { INbguard, INotebookFindings } from '../../shared/tokens/nbguard';
import { NotebookReferences } from './notebook-references';

export class ReferenceBook {
  constructor(readonly nbguard: INbguard) {
    nbguard.notebooks.forEach(notebook => this.add(notebook));
    nbguard.opened.connect((_, notebook) => this.add(notebook));
    nbguard.closed.connect((_, notebook) => {
      this.books.get(notebook)?.dispose();
      this.books.delete(notebook);
    });
  }

  /** After any of the notebooks' references changed. */
  get changed(): ISignal<this, void> {
    return this._changed;
  }

  of(notebook: INotebookFindings | null): NotebookReferences | null {
    return (notebook && this.books.get(notebook)) ?? null;
  }

  /** By the shared document that its cells belong to. */
  ofShared(shared: unknown): NotebookReferences | null {
    return this.of(this.nbguard.ofShared(shared));
  }

  private add(notebook: INotebookFindings): void {
    if (!this.books.has(notebook)) {
      const references = new NotebookReferences(notebook, this.nbguard.serverSettings);
      this.books.set(notebook, references);
      references.changed.connect(() => this._changed.emit());
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly books = new Map<INotebookFindings, NotebookReferences>();
}
