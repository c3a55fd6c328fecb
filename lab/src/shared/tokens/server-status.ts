/** What the server says about itself, and the token to get at it. */
import { Token } from '@lumino/coreutils';
import { ISignal } from '@lumino/signaling';

import { IStatus } from '../api/types';

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
