/** The secrets that one notebook looks up, and whether they resolve; asked again when its text changes. */
import { ServerConnection } from '@jupyterlab/services';
import { ISignal, Signal } from '@lumino/signaling';

import { references } from '../../shared/api/client';
import { INotebookRequest, IReference } from '../../shared/api/types';
import { IRange, shift } from '../../shared/text/ranges';
import { INotebookFindings } from '../../shared/tokens/nbguard';

/** Milliseconds after which a reference that doesn't resolve is asked about again, at the next scan. */
const STALE = 10_000;

export class NotebookReferences {
  constructor(
    readonly notebook: INotebookFindings,
    private readonly settings: ServerConnection.ISettings
  ) {
    notebook.changed.connect(this.onScan, this);
    this.onScan();
  }

  /** In the order of the notebook. */
  get items(): readonly IReference[] {
    return this.found;
  }

  get busy(): boolean {
    return this.asking;
  }

  /** Why Vault could not be asked, or null. */
  get error(): string | null {
    return this.reason;
  }

  /** When Vault was asked last: milliseconds since 1970, 0 before. */
  get time(): number {
    return this.askedAt;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  dispose(): void {
    this.disposed = true;
    this.notebook.changed.disconnect(this.onScan, this);
    Signal.clearData(this);
  }

  /** References of a cell, with their places in its source as it is now; those that an edit touched are left out. */
  inSource(
    cell: string,
    source: string
  ): { readonly reference: IReference; readonly at: IRange }[] {
    const asked = this.sources.get(cell);
    if (asked === undefined) {
      return [];
    }
    return this.found.flatMap(reference => {
      const at = reference.cell === cell ? shift(reference, asked, source) : null;
      return at && at.to > at.from ? [{ reference, at }] : [];
    });
  }

  /** Asks the server, unless a question is under way: then once more after it. */
  async refresh(): Promise<void> {
    if (this.asking) {
      this.again = true;
      return;
    }
    this.asking = true;
    this._changed.emit();
    do {
      this.again = false;
      await this.ask();
    } while (this.again && !this.disposed);
    this.asking = false;
    this._changed.emit();
  }

  private async ask(): Promise<void> {
    const request = this.notebook.request();
    this.asked = textWithSecrets(request);
    this.askedAt = Date.now();
    try {
      const found = this.asked
        ? await references(this.settings, request, this.notebook.question())
        : [];
      this.found = found;
      this.sources = new Map(request.cells.map(cell => [cell.id, cell.source]));
      this.reason = null;
    } catch (error) {
      this.reason = error instanceof Error ? error.message : String(error);
    }
  }

  private onScan(): void {
    if (this.disposed || this.notebook.state !== 'idle') {
      return;
    }
    const text = textWithSecrets(this.notebook.request());
    const unresolved = this.reason !== null || this.found.some(({ state }) => state !== 'ok');
    if (text !== this.asked || (unresolved && Date.now() - this.askedAt > STALE)) {
      void this.refresh();
    } else {
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private found: readonly IReference[] = [];
  private sources: ReadonlyMap<string, string> = new Map();
  private reason: string | null = null;
  private asked = '';
  private askedAt = 0;
  private asking = false;
  private again = false;
  private disposed = false;
}

/** The cells that could hold a lookup; empty where there is none, and then nobody is asked. */
function textWithSecrets(request: INotebookRequest): string {
  const cells = request.cells.filter(({ source }) => /secret|hvac/.test(source));
  return cells.map(({ id, source }) => `${id}\n${source}`).join('\n\n');
}
