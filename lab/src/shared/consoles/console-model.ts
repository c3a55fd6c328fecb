/** A code console seen as a notebook: the cells that were run, and the prompt. It has no file. */
import type { Cell, CodeCell, ICellModel } from '@jupyterlab/cells';
import type { CodeConsole, ConsolePanel } from '@jupyterlab/console';
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import { Signal } from '@lumino/signaling';

/** What a notebook's model has, as far as findings need it. */
export class ConsoleModel {
  constructor(private readonly console: CodeConsole) {
    console.promptCellCreated.connect((_, cell) => this.follow(cell), this);
    console.cells.changed.connect(this.tell, this);
    this.widgets.forEach(cell => this.follow(cell));
    console.sessionContext.kernelChanged.connect(this.learn, this);
    this.learn();
  }

  get widgets(): CodeCell[] {
    const { cells, promptCell } = this.console;
    const run = Array.from(cells).filter((cell: Cell) => cell.model.type === 'code');
    return [...(run as CodeCell[]), ...(promptCell ? [promptCell] : [])];
  }

  get cells(): ICellModel[] {
    return this.widgets.map(({ model }) => model);
  }

  get defaultKernelLanguage(): string {
    return this.language;
  }

  /** Cells of a console belong to no shared document: each is one. */
  readonly sharedModel = {
    metadata: {},
    transact: (change: () => void) => change()
  };

  readonly contentChanged = new Signal<this, void>(this);
  readonly readOnly = false;
  readonly collaborative = false;

  holds(cell: unknown): boolean {
    return this.cells.some(({ sharedModel }) => sharedModel === cell);
  }

  private follow(cell: CodeCell): void {
    // Connecting twice is once.
    cell.model.contentChanged.connect(this.tell, this);
    this.tell();
  }

  private tell(): void {
    this.contentChanged.emit();
  }

  private learn(): void {
    const kernel = this.console.sessionContext.session?.kernel;
    void kernel?.info.then(({ language_info: { name } }) => {
      this.language = name;
      this.sharedModel.metadata = { language_info: { name } };
      this.tell();
    });
  }

  private language = '';
}

/** The place of a document with a console in it: what findings and their actions need of one. */
class ConsoleContext {
  constructor(panel: ConsolePanel) {
    this.model = new ConsoleModel(panel.console);
    const { sessionContext } = panel.console;
    const folder = sessionContext.path.split('/').slice(0, -1);
    // For the policy it is a notebook in its folder.
    this.path = this.localPath = [...folder, 'console.ipynb'].join('/');
    this.disposed = panel.disposed;
  }

  readonly model: ConsoleModel;
  readonly path: string;
  readonly localPath: string;
  readonly ready = Promise.resolve();
  readonly disposed: ConsolePanel['disposed'];
  readonly pathChanged = new Signal<this, string>(this);
  readonly saveState = new Signal<this, DocumentRegistry.SaveState>(this);
}

const contexts = new WeakMap<ConsolePanel, ConsoleContext>();

/** The same for the same console. */
export function contextOf(
  panel: ConsolePanel
): DocumentRegistry.IContext<DocumentRegistry.IModel> & { readonly model: ConsoleModel } {
  let context = contexts.get(panel);
  if (!context) {
    context = new ConsoleContext(panel);
    contexts.set(panel, context);
  }
  return context as unknown as ReturnType<typeof contextOf>;
}

/** Whether this is the model of a console, and so of no file. */
export function isConsole(model: unknown): model is ConsoleModel {
  return model instanceof ConsoleModel;
}
