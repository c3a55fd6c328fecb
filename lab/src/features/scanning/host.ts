/** What a notebook's findings and the actions on them need of each other and of the package. */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { ServerConnection } from '@jupyterlab/services';

import { IEdit, INotebookRequest } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';
import { INotebookFindings, IPlace, ISettings } from '../../shared/tokens/nbguard';

/** What a notebook's findings need of the package. */
export interface IHost {
  readonly serverSettings: ServerConnection.ISettings;
  readonly settings: ISettings;
  readonly strings: IStrings;
  /** Whether somebody can see it: it is shown, in a page that is. */
  inSight(context: DocumentRegistry.IContext<DocumentRegistry.IModel>): boolean;
  /** Scrolls there and selects; false when no panel shows the notebook. */
  reveal(notebook: INotebookFindings, place: IPlace): Promise<void>;
}

/** What the actions need of the notebook. */
export interface IActedOn extends INotebookFindings {
  /** With outputs, for an action on a finding in one. */
  requestWithOutputs(): INotebookRequest;
  /**
   * From now on a finding with this fingerprint in a source is worth a notice: its value is in Vault.
   *
   * Said in one step with making the edits, so that no scan comes between.
   */
  guard(fingerprint: string, reference: string, edits: readonly IEdit[]): void;
}
