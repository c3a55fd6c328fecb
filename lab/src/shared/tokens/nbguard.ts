/** What the plugins of this package share: findings, notebooks with findings, and the token to get at them. */
import { DocumentRegistry } from '@jupyterlab/docregistry';
import { NotebookPanel } from '@jupyterlab/notebook';
import { ServerConnection } from '@jupyterlab/services';
import { Token } from '@lumino/coreutils';
import { IDisposable } from '@lumino/disposable';
import { ISignal } from '@lumino/signaling';

import { IFinding, INotebookRequest, Offer, Severity, Style } from '../api/types';

/** The npm name, which is also the first half of every plugin id. */
export const PACKAGE = '@nbguard/lab';

/** Where something is in a notebook: a range of a cell's source, or else an output, or the cell. */
export interface IPlace {
  readonly cell: { readonly id: string | null } | null;
  /** UTF-16 units of the cell's source; null for what isn't in a source. */
  readonly from: number | null;
  readonly to: number | null;
  /** Index into the cell's outputs, or null. */
  readonly output: number | null;
}

/** A cursor or a selection: the cell (empty in a file), in UTF-16 units of its source. */
export interface ISpot {
  readonly cell: string;
  readonly from: number;
  readonly to: number;
}

/** `@nbguard/lab:core`'s settings (schema/core.json). */
export interface ISettings {
  readonly enabled: boolean;
  /** Milliseconds between the last change and the scan. */
  readonly debounce: number;
  /** Whether outputs are scanned too. */
  readonly outputs: boolean;
  /** Marks beside the lines that have a finding. */
  readonly gutter: boolean;
  /** What is underlined: findings of this severity and above. */
  readonly severity: Severity;
  readonly style: Style;
}

/** What became of a bulk action: how many findings it settled, and why the rest stayed. */
export interface IOutcome {
  readonly done: number;
  readonly left: readonly { readonly finding: IFinding; readonly reason: string }[];
}

/**
 * The findings of one notebook, other file or code console, kept up to date while it is edited. A file is seen as one
 * cell whose id is empty, a console as a notebook of what was run and the prompt.
 *
 * They belong to the model: a windowed notebook has editors for a few of its cells only, and two views of one
 * notebook share this object.
 *
 * The actions tell the user about success and failure themselves (a notification); they never reject.
 */
export interface INotebookFindings extends IDisposable {
  readonly context: DocumentRegistry.IContext<DocumentRegistry.IModel>;
  /** It is kept on the disk; a console isn't. */
  readonly isFile: boolean;
  /** Findings that aren't waived, in the order of the notebook. */
  readonly findings: readonly IFinding[];
  readonly waived: readonly IFinding[];
  /**
   * `new` until a scan has worked: that nothing was found says nothing before. `failed` has a reason in `error`; `off`
   * when the settings say so.
   */
  readonly state: 'new' | 'idle' | 'scanning' | 'failed' | 'off';
  readonly error: string | null;
  /** After every scan, also one that found the same, and when the state changes. */
  readonly changed: ISignal<INotebookFindings, void>;

  /** The findings of the cell with this id, those of its outputs too. */
  inCell(id: string): readonly IFinding[];
  /** Where the finding is in `source`, its cell's source as it is now; null when it isn't in it, or was edited. */
  place(finding: IFinding, source: string): { readonly from: number; readonly to: number } | null;
  /** Scans without waiting for the debounce; resolves when the findings are those of the notebook as it is now. */
  scanNow(): Promise<void>;
  /** The notebook as the server wants it: for requests about what is on screen now. */
  request(): INotebookRequest;
  /** The body of a question about the sources as they are now, without what the server has from the last scan. */
  question(): string;

  /** Stores the value in Vault and puts a lookup in its place, in the style of the settings unless one is given. */
  move(finding: IFinding, style?: Style): Promise<boolean>;
  /** `move`, after asking for the name, or for a secret in Vault that takes the value's place. */
  moveAs(finding: IFinding, style?: Style): Promise<boolean>;
  /** One after the other; stops at nothing, tells at the end. */
  moveAll(findings: readonly IFinding[], style?: Style): Promise<IOutcome>;
  /** `move` with the style `env`. */
  env(finding: IFinding): Promise<boolean>;
  /** Asks for the reason, then waives the finding. */
  allow(finding: IFinding): Promise<boolean>;
  /** Takes the text out of the source, after asking. */
  remove(finding: IFinding): Promise<boolean>;
  /** Empties the outputs of the finding's cell. */
  clearOutput(finding: IFinding): Promise<boolean>;
  /** Runs one of those that the finding offers, by name. */
  act(action: Offer, finding: IFinding): Promise<boolean>;
  /** Puts the lookup of a secret there, with its import, in the style of the settings. */
  insertLookup(reference: string, at: ISpot): Promise<boolean>;
  /** Scrolls to a finding or another place, selects its text and focuses it; for an output, scrolls to its cell. */
  jumpTo(place: IPlace): Promise<void>;
}

/** The findings of every open notebook. */
export interface INbguard {
  readonly serverSettings: ServerConnection.ISettings;
  readonly settings: ISettings;
  readonly settingsChanged: ISignal<INbguard, ISettings>;
  setEnabled(enabled: boolean): Promise<void>;

  /** Of the notebook or file in front, or null. */
  readonly current: INotebookFindings | null;
  readonly currentChanged: ISignal<INbguard, INotebookFindings | null>;
  /** Of every open notebook. */
  readonly notebooks: readonly INotebookFindings[];
  /** A notebook was opened. It goes away by its own `isDisposed`; `closed` tells. */
  readonly opened: ISignal<INbguard, INotebookFindings>;
  readonly closed: ISignal<INbguard, INotebookFindings>;
  /** The findings shown in a panel; null when it isn't known (yet). */
  of(panel: NotebookPanel): INotebookFindings | null;
  /** Of the shared model of a notebook (a cell's `sharedModel.notebook`), of a file, or of a cell of a console. */
  ofShared(notebook: unknown): INotebookFindings | null;
  /** By contents path. */
  ofPath(path: string): INotebookFindings | null;
}

export const INbguard = new Token<INbguard>(
  '@nbguard/lab:INbguard',
  'The findings of nbguard in the open notebooks, and what can be done about them.'
);

/** Ids of the commands, so that plugins can call each other's. */
export namespace CommandIDs {
  export const scan = 'nbguard:scan';
  export const toggle = 'nbguard:toggle';
  export const next = 'nbguard:next-finding';
  export const previous = 'nbguard:previous-finding';
  export const details = 'nbguard:show-finding';
  export const move = 'nbguard:move';
  export const moveAs = 'nbguard:move-as';
  export const env = 'nbguard:use-environment';
  export const allow = 'nbguard:allow';
  export const remove = 'nbguard:remove';
  /** The buttons in the toolbars of the notebook and of the cell. */
  export const notebook = 'nbguard:notebook-findings';
  export const cell = 'nbguard:cell-findings';
  /** Of the panels. */
  export const showPanel = 'nbguard:show-panel';
  export const showSecrets = 'nbguard:show-secrets';
}
