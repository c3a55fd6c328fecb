// The protocol carries no outputs: they are read here and told to the server in the notebook's own format.
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

export const NOTEBOOK = 'jupyter-notebook';
const DELAY = 200;
const STDOUT = 'application/vnd.code.notebook.stdout';
const STDERR = 'application/vnd.code.notebook.stderr';
const ERROR = 'application/vnd.code.notebook.error';
const OWN = new Set([STDOUT, STDERR, ERROR]);
const TEXT = /^text\/|json|javascript|xml|svg/;

type Output = Record<string, unknown>;

/**
 * A cell's outputs as its file would have them. Pictures are left out: they are no text.
 *
 * What a program prints comes in pieces, each an item: a token may be cut anywhere, so they are put together first.
 * One output stays one: findings name outputs by their number.
 */
export function outputsOf(cell: vscode.NotebookCell): Output[] {
  return cell.outputs.map(({ items }) => {
    const printed = decode(...items.filter(item => item.mime === STDOUT || item.mime === STDERR));
    const errors = items.filter(item => item.mime === ERROR).map(item => asError(decode(item)));
    const data: Record<string, string> = {};
    for (const item of items) {
      if (TEXT.test(item.mime) && !OWN.has(item.mime)) {
        data[item.mime] = decode(item);
      }
    }
    const isEmpty = Object.keys(data).length === 0;
    if (errors.length === 0 && printed && isEmpty) {
      return { output_type: 'stream', name: items[0].mime === STDERR ? 'stderr' : 'stdout', text: printed };
    }
    if (errors.length === 1 && !printed && isEmpty) {
      return errors[0];
    }
    const texts = [data['text/plain'], printed, ...errors.map(error => JSON.stringify(error))].filter(Boolean);
    const plain = texts.length > 0 ? { 'text/plain': texts.join('\n') } : {};
    return { output_type: 'display_data', data: { ...data, ...plain }, metadata: {} };
  });
}

function decode(...items: vscode.NotebookCellOutputItem[]): string {
  return new TextDecoder().decode(Buffer.concat(items.map(item => item.data)));
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
