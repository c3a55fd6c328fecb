/** Which open notebooks aren't on the disk as somebody asked for, and the token to get at it. */
import { Token } from '@lumino/coreutils';
import { ISignal } from '@lumino/signaling';

import { IRefusal } from '../api/types';
import { INotebookFindings } from './nbguard';

export interface IRefusals {
  /** Why the last save was refused, whoever asked for it; null where it worked, or nobody knows yet. */
  of(notebook: INotebookFindings): IRefusal | null;
  /** With the notebook about which something else is known now. */
  readonly changed: ISignal<IRefusals, INotebookFindings>;
  /** Says why, and offers a way out. */
  explain(notebook: INotebookFindings): Promise<void>;
}

export const IRefusals = new Token<IRefusals>(
  '@nbguard/lab:IRefusals',
  'The open notebooks whose saves are refused, as the server tells them.'
);
