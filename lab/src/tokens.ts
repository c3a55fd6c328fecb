/** What the plugins of this package share: findings, notebooks with findings, and the token to get at them. */
import { DocumentRegistry } from '@jupyterlab/docregistry';
import { INotebookModel, NotebookPanel } from '@jupyterlab/notebook';
import { ServerConnection } from '@jupyterlab/services';
import { Token } from '@lumino/coreutils';
import { IDisposable } from '@lumino/disposable';
import { ISignal } from '@lumino/signaling';

/** The npm name, which is also the first half of every plugin id. */
export const PACKAGE = '@nbguard/lab';

export type Severity = 'low' | 'medium' | 'high' | 'critical';

export type Kind = 'credential' | 'sample-data' | 'quantum-metadata' | 'hygiene';

/** How the generated lookup is written: `secret(…)`, `os.environ[…]`, or an hvac call. */
export type Style = 'nbguard' | 'env' | 'hvac';

export type Action = 'move' | 'env' | 'allow' | 'remove' | 'clear-output';

/** How a provider's credential is revoked or rotated. */
export interface IRotation {
  readonly steps: readonly string[];
  readonly url: string | null;
}

/** A finding as the server reports it. It never holds the value; `match` shows a prefix and the length. */
export interface IFinding {
  readonly rule: string;
  readonly kind: Kind;
  readonly provider: string | null;
  readonly provider_name: string | null;
  readonly severity: Severity;
  readonly path: string;
  readonly cell: {
    readonly index: number;
    readonly id: string | null;
    readonly type: string;
  } | null;
  readonly where: 'source' | 'output' | 'traceback' | 'metadata' | 'attachment' | 'widget' | 'file';
  /** 1-based, in characters of the decoded text. */
  readonly line: number;
  readonly column: number;
  readonly end_line: number;
  readonly end_column: number;
  readonly match: string;
  readonly fingerprint: string;
  readonly message: string;
  readonly cause?: string | null;
  readonly remedy: string;
  readonly waived: unknown;
  /** UTF-16 units of the cell's source when it was scanned; null where the finding isn't in a source. */
  readonly from: number | null;
  readonly to: number | null;
  /** Index into the cell's outputs, or null. */
  readonly output: number | null;
  readonly rotation: IRotation | null;
  readonly actions: readonly Action[];
}

/** A cell as the server wants it. */
export interface ICellRequest {
  id: string;
  cell_type: string;
  source: string;
  outputs?: unknown[];
  metadata?: object;
}

/** A notebook as the server wants it; the body of most requests. */
export interface INotebookRequest {
  path: string;
  cells: ICellRequest[];
  language?: string;
  metadata?: object;
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
 * The findings of one notebook, kept up to date while it is edited.
 *
 * They belong to the model: a windowed notebook has editors for a few of its cells only, and two views of one
 * notebook share this object.
 *
 * The actions tell the user about success and failure themselves (a notification); they never reject.
 */
export interface INotebookFindings extends IDisposable {
  readonly context: DocumentRegistry.IContext<INotebookModel>;
  /** Findings that aren't waived, in the order of the notebook. */
  readonly findings: readonly IFinding[];
  readonly waived: readonly IFinding[];
  /** `failed` has a reason in `error`; `off` when the settings say so. */
  readonly state: 'idle' | 'scanning' | 'failed' | 'off';
  readonly error: string | null;
  /** After every scan, also one that found the same, and when the state changes. */
  readonly changed: ISignal<INotebookFindings, void>;

  /** The findings of the cell with this id, those of its outputs too. */
  inCell(id: string): readonly IFinding[];
  /** Where the finding is in `source`, its cell's source as it is now; null when it isn't in it, or was edited. */
  place(finding: IFinding, source: string): { readonly from: number; readonly to: number } | null;
  /** Scans without waiting for the debounce; resolves when the findings are those of the notebook as it is now. */
  scanNow(): Promise<void>;
  /** The notebook as the server wants it: for `references`, and other requests about what is on screen now. */
  request(): INotebookRequest;

  /** Stores the value in Vault and puts a lookup in its place, in the style of the settings unless one is given. */
  move(finding: IFinding, style?: Style): Promise<boolean>;
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
  /** Runs one of the finding's `actions` by name. */
  act(action: Action, finding: IFinding): Promise<boolean>;
  /** Scrolls to the finding, selects its text and focuses it; for an output, scrolls to its cell. */
  jumpTo(finding: IFinding): Promise<void>;
}

/** The findings of every open notebook. */
export interface INbguard {
  readonly serverSettings: ServerConnection.ISettings;
  readonly settings: ISettings;
  readonly settingsChanged: ISignal<INbguard, ISettings>;
  setEnabled(enabled: boolean): Promise<void>;

  /** Of the notebook in front, or null. */
  readonly current: INotebookFindings | null;
  readonly currentChanged: ISignal<INbguard, INotebookFindings | null>;
  /** Of every open notebook. */
  readonly notebooks: readonly INotebookFindings[];
  /** A notebook was opened. It goes away by its own `isDisposed`; `closed` tells. */
  readonly opened: ISignal<INbguard, INotebookFindings>;
  readonly closed: ISignal<INbguard, INotebookFindings>;
  /** The findings shown in a panel; null when it isn't known (yet). */
  of(panel: NotebookPanel): INotebookFindings | null;
  /** Of the shared model of a notebook, which is what a cell's `sharedModel.notebook` is. */
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
