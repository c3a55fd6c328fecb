/** Findings for every open notebook, for the other plugins to show. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ConsolePanel, IConsoleTracker } from '@jupyterlab/console';
import { DocumentRegistry, IDocumentWidget } from '@jupyterlab/docregistry';
import { FileEditor, IEditorTracker } from '@jupyterlab/fileeditor';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ServerConnection } from '@jupyterlab/services';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator } from '@jupyterlab/translation';
import { ISignal, Signal } from '@lumino/signaling';

import { contextOf, isConsole } from '../../shared/consoles/console-model';
import { IStrings, strings } from '../../shared/strings/strings';
import {
  INbguard,
  INotebookFindings,
  IPlace,
  ISettings,
  PACKAGE
} from '../../shared/tokens/nbguard';
import { IHost } from './host';
import { NotebookFindings } from './notebook';
import { reveal, revealInConsole, select } from './reveal';
import { Sight } from './sight';

const DEFAULTS: ISettings = {
  enabled: true,
  debounce: 200,
  outputs: true,
  gutter: true,
  severity: 'low',
  style: 'nbguard'
};

class Nbguard implements INbguard, IHost {
  constructor(
    private readonly app: JupyterFrontEnd,
    private readonly tracker: INotebookTracker,
    private readonly editors: IEditorTracker | null,
    private readonly consoles: IConsoleTracker | null,
    readonly strings: IStrings
  ) {
    consoles?.widgetAdded.connect((_, panel) => this.addConsole(panel));
    consoles?.forEach(panel => this.addConsole(panel));
    consoles?.currentChanged.connect(() => this.tellCurrent());
    editors?.widgetAdded.connect((_, editor) => void this.add(editor));
    editors?.forEach(editor => void this.add(editor));
    editors?.currentChanged.connect(() => this.tellCurrent());
    app.shell.currentChanged?.connect(() => this.tellCurrent());
    tracker.widgetAdded.connect((_, panel) => void this.add(panel));
    tracker.forEach(panel => void this.add(panel));
    tracker.currentChanged.connect(() => this.tellCurrent());
  }

  get serverSettings(): ServerConnection.ISettings {
    return this.app.serviceManager.serverSettings;
  }

  get settings(): ISettings {
    return this.wishes;
  }

  /** From now on these settings count; null means the defaults. */
  use(registered: ISettingRegistry.ISettings | null): void {
    const read = () => {
      const composite = registered?.composite as Partial<ISettings> | undefined;
      this.wishes = { ...DEFAULTS, ...composite };
      this.open.forEach(notebook => notebook.refresh());
      this._settingsChanged.emit(this.wishes);
    };
    this.registered = registered;
    registered?.changed.connect(read);
    read();
  }

  get settingsChanged(): ISignal<this, ISettings> {
    return this._settingsChanged;
  }

  async setEnabled(enabled: boolean): Promise<void> {
    await this.registered?.set('enabled', enabled);
  }

  get current(): INotebookFindings | null {
    const console = this.consoleInFront;
    if (console) {
      return this.findingsIn(contextOf(console));
    }
    const panel = this.fileInFront ?? this.tracker.currentWidget;
    return panel ? this.findingsIn(panel.context) : null;
  }

  get currentChanged(): ISignal<this, INotebookFindings | null> {
    return this._currentChanged;
  }

  get notebooks(): readonly INotebookFindings[] {
    return [...this.open.values()];
  }

  get opened(): ISignal<this, INotebookFindings> {
    return this._opened;
  }

  get closed(): ISignal<this, INotebookFindings> {
    return this._closed;
  }

  of(panel: NotebookPanel): INotebookFindings | null {
    return this.findingsIn(panel.context);
  }

  ofPath(path: string): INotebookFindings | null {
    const at = (notebook: INotebookFindings) =>
      notebook.isFile && notebook.context.localPath === path;
    return this.notebooks.find(at) ?? null;
  }

  ofShared(notebook: unknown): INotebookFindings | null {
    for (const [model, findings] of this.open) {
      if (model.sharedModel === notebook || (isConsole(model) && model.holds(notebook))) {
        return findings;
      }
    }
    return null;
  }

  async reveal(notebook: INotebookFindings, place: IPlace): Promise<void> {
    const file = this.editors?.find(({ context }) => context === notebook.context);
    if (file) {
      this.app.shell.activateById(file.id);
      select(file.content.editor, place);
      return;
    }
    const console = this.consoles?.find(other => contextOf(other) === notebook.context);
    if (console) {
      this.app.shell.activateById(console.id);
      revealInConsole(contextOf(console).model.widgets, place);
      return;
    }
    const { currentWidget } = this.tracker;
    const panel =
      currentWidget?.context === notebook.context
        ? currentWidget
        : this.tracker.find(other => other.context === notebook.context);
    if (panel) {
      this.app.shell.activateById(panel.id);
      await reveal(panel, place);
    }
  }

  inSight(context: IDocumentWidget['context']): boolean {
    const panels = [
      ...this.tracker.filter(panel => panel.context === context),
      ...(this.editors?.filter(editor => editor.context === context) ?? []),
      ...(this.consoles?.filter(console => contextOf(console) === context) ?? [])
    ];
    return this.sight.shows(panels);
  }

  /** Two views of one notebook have one model. */
  private async add(panel: IDocumentWidget): Promise<void> {
    this.sight.watch(panel);
    const { context } = panel;
    await context.ready;
    const { model } = context;
    if (panel.isDisposed || !model || this.open.has(model)) {
      this.tellCurrent();
      return;
    }
    this.follow(context, model);
  }

  private addConsole(panel: ConsolePanel): void {
    this.sight.watch(panel);
    const context = contextOf(panel);
    this.follow(context, context.model as unknown as DocumentRegistry.IModel);
  }

  private follow(context: IDocumentWidget['context'], model: DocumentRegistry.IModel): void {
    const findings = new NotebookFindings(context, this);
    this.open.set(model, findings);
    context.disposed.connect(() => {
      this.open.delete(model);
      this._closed.emit(findings);
      findings.dispose();
      this.tellCurrent();
    });
    this._opened.emit(findings);
    this.tellCurrent();
  }

  private findingsIn({ model }: IDocumentWidget['context']): INotebookFindings | null {
    return (model && this.open.get(model)) ?? null;
  }

  /** The editor in front, where it is one of a file. */
  private get fileInFront(): IDocumentWidget<FileEditor> | null {
    const front = this.app.shell.currentWidget;
    return this.editors?.find(editor => editor === front) ?? null;
  }

  private get consoleInFront(): ConsolePanel | null {
    const front = this.app.shell.currentWidget;
    return this.consoles?.find(panel => panel === front) ?? null;
  }

  private tellCurrent(): void {
    const { current } = this;
    if (current !== this.told) {
      this.told = current;
      this._currentChanged.emit(current);
    }
  }

  /** Nothing is sent before it is known whether the user wants it. */
  private wishes: ISettings = { ...DEFAULTS, enabled: false };
  private registered: ISettingRegistry.ISettings | null = null;
  private readonly open = new Map<DocumentRegistry.IModel, NotebookFindings>();
  private readonly sight = new Sight(() => this.open.forEach(notebook => notebook.seen()));
  private readonly _settingsChanged = new Signal<this, ISettings>(this);
  private readonly _currentChanged = new Signal<this, INotebookFindings | null>(this);
  private readonly _opened = new Signal<this, INotebookFindings>(this);
  private readonly _closed = new Signal<this, INotebookFindings>(this);
  private told: INotebookFindings | null = null;
}

export const core: JupyterFrontEndPlugin<INbguard> = {
  id: `${PACKAGE}:core`,
  description: 'Scans open notebooks with nbguard.',
  autoStart: true,
  requires: [INotebookTracker],
  optional: [IEditorTracker, IConsoleTracker, ISettingRegistry, ITranslator],
  provides: INbguard,
  // Not async: editors are made as soon as the plugins are there, and must find this one.
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    editors: IEditorTracker | null,
    consoles: IConsoleTracker | null,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    const nbguard = new Nbguard(app, tracker, editors, consoles, strings(translator));
    const loaded = registry ? registry.load(`${PACKAGE}:core`) : Promise.resolve(null);
    void loaded
      .catch(error => {
        console.warn('nbguard: the settings can’t be read, so the defaults count.', error);
        return null;
      })
      .then(registered => nbguard.use(registered));
    return nbguard;
  }
};
