/** What the server says about itself: its policy for the notebook in front, and its way to Vault. */
import { ServerConnection } from '@jupyterlab/services';
import { Token } from '@lumino/coreutils';
import { ISignal, Signal } from '@lumino/signaling';

import { ApiError, IStatus, status } from './api';

export interface IServerStatus {
  /** The last answer, or null. */
  readonly value: IStatus | null;
  /** The server has no nbguard: its routes are unknown there. */
  readonly missing: boolean;
  readonly changed: ISignal<IServerStatus, void>;
  /** Asks for the policy of a notebook by its contents path. Never rejects. */
  refresh(path?: string): Promise<void>;
}

export const IServerStatus = new Token<IServerStatus>(
  '@nbguard/lab:IServerStatus',
  "The server's policy and its way to Vault, as nbguard's server part tells them."
);

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
