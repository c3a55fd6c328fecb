/** What the server says about itself: its policy for the notebook in front, and its way to Vault. */
import { ServerConnection } from '@jupyterlab/services';
import { ISignal, Signal } from '@lumino/signaling';

import { ApiError, status } from '../../shared/api/client';
import { IStatus } from '../../shared/api/types';
import { IServerStatus } from '../../shared/tokens/server-status';

export class ServerStatus implements IServerStatus {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  get value(): IStatus | null {
    return this.answer;
  }

  get missing(): boolean {
    return this.unknown;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  async refresh(path?: string): Promise<void> {
    const turn = ++this.turn;
    let answer: IStatus | null = null;
    let unknown = false;
    try {
      answer = await status(this.settings, path);
    } catch (error) {
      unknown = error instanceof ApiError && error.status === 404;
    }
    if (turn === this.turn) {
      this.answer = answer;
      this.unknown = unknown;
      this._changed.emit();
    }
  }

  private readonly _changed = new Signal<this, void>(this);
  private answer: IStatus | null = null;
  private unknown = false;
  private turn = 0;
}
