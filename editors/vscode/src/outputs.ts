// The protocol carries no outputs: they are read here and told to the server in the notebook's own format.
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

export const NOTEBOOK = 'jupyter-notebook';
const DELAY = 200;
const STDOUT = 'application/vnd.code.notebook.stdout';
const STDERR = 'application/vnd.code.notebook.stderr';
const ERROR = 'application/vnd.code.notebook.error';
const TEXT = /^text\/|json|javascript|xml|svg/;

type Output = Record<string, unknown>;

/** A cell's outputs as its file would have them. Pictures are left out: they are no text. */
export function outputsOf(cell: vscode.NotebookCell): Output[] {
  return cell.outputs.flatMap(output => {
    const data: Record<string, string> = {};
    const others: Output[] = [];
    for (const item of output.items) {
      const text = () => new TextDecoder().decode(item.data);
      if (item.mime === STDOUT || item.mime === STDERR) {
        others.push({ output_type: 'stream', name: item.mime === STDOUT ? 'stdout' : 'stderr', text: text() });
      } else if (item.mime === ERROR) {
        others.push(asError(text()));
      } else if (TEXT.test(item.mime)) {
        data[item.mime] = text();
      }
    }
    const shown = Object.keys(data).length > 0 ? [{ output_type: 'display_data', data, metadata: {} }] : [];
    // One output stays one: findings name outputs by their number.
    const made = [...others, ...shown];
    return made.length > 0 ? made.slice(0, 1) : [{ output_type: 'display_data', data: {}, metadata: {} }];
  });
}

function asError(text: string): Output {
  let error: { name?: string; message?: string; stack?: string } = {};
  try {
    error = JSON.parse(text);
  } catch {
    error = { message: text };
  }
  return { output_type: 'error', ename: error.name ?? '', evalue: error.message ?? '', traceback: [error.stack ?? ''] };
}

/** Tells the server the outputs of every notebook that is open, and again when they change. */
export class OutputTeller implements vscode.Disposable {
  private readonly waiting = new Map<string, NodeJS.Timeout>();
  private readonly subscriptions: vscode.Disposable[];

  constructor(private readonly client: () => LanguageClient | undefined) {
    this.subscriptions = [
      vscode.workspace.onDidOpenNotebookDocument(notebook => this.later(notebook)),
      vscode.workspace.onDidChangeNotebookDocument(event => {
        if (event.contentChanges.length > 0 || event.cellChanges.some(change => change.outputs !== undefined)) {
          this.later(event.notebook);
        }
      })
    ];
  }

  /** All notebooks, for a server that has just started. */
  tellAll(): void {
    vscode.workspace.notebookDocuments.forEach(notebook => this.later(notebook));
  }

  async tell(notebook: vscode.NotebookDocument): Promise<void> {
    const client = this.client();
    if (notebook.notebookType !== NOTEBOOK || client === undefined) {
      return;
    }
    const cells = Object.fromEntries(notebook.getCells().map(cell => [String(cell.document.uri), outputsOf(cell)]));
    await client.sendNotification('nbguard/outputs', { uri: String(notebook.uri), cells });
  }

  dispose(): void {
    this.waiting.forEach(clearTimeout);
    this.subscriptions.forEach(one => one.dispose());
  }

  private later(notebook: vscode.NotebookDocument): void {
    const key = String(notebook.uri);
    clearTimeout(this.waiting.get(key));
    this.waiting.set(
      key,
      setTimeout(() => {
        this.waiting.delete(key);
        void this.tell(notebook);
      }, DELAY)
    );
  }
}

/** Clears the outputs of a cell, as a step that can be undone. */
export async function clearOutputs(cell: vscode.NotebookCell): Promise<void> {
  const edit = new vscode.WorkspaceEdit();
  edit.set(cell.notebook.uri, [withoutOutputs(cell)]);
  await vscode.workspace.applyEdit(edit);
}

export function withoutOutputs(cell: vscode.NotebookCell): vscode.NotebookEdit {
  const data = new vscode.NotebookCellData(cell.kind, cell.document.getText(), cell.document.languageId);
  data.metadata = cell.metadata;
  return vscode.NotebookEdit.replaceCells(new vscode.NotebookRange(cell.index, cell.index + 1), [data]);
}

export function findCell(uri: string): vscode.NotebookCell | undefined {
  for (const notebook of vscode.workspace.notebookDocuments) {
    const cell = notebook.getCells().find(one => String(one.document.uri) === uri);
    if (cell !== undefined) {
      return cell;
    }
  }
  return undefined;
}
