// What the policy says of a save: nothing, a warning, outputs cleared first, or a refusal.
//
// VS Code goes on with a save whatever an extension says. What it does take for an answer is a file that can't be
// written: so that is what a file is made for as long as a refused save takes.
import { chmod, stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import type { OutputTeller } from './outputs';
import { NOTEBOOK, withoutOutputs } from './outputs';

interface Verdict {
  mode: string;
  refuse: boolean;
  strip: boolean;
  message: string;
}

// Other extensions may take this long before the file is written.
const LOCKED_FOR = 4_000;
const LOCKED = 'nbguard.locked';

export class SaveGuard implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private readonly locked = new Map<string, { mode: number; timer: NodeJS.Timeout }>();

  constructor(
    private readonly client: () => LanguageClient | undefined,
    private readonly outputs: OutputTeller,
    private readonly state: vscode.Memento
  ) {
    this.subscriptions = [
      vscode.workspace.onWillSaveNotebookDocument(event => {
        if (event.notebook.notebookType === NOTEBOOK) {
          event.waitUntil(this.beforeNotebook(event.notebook));
        }
      }),
      vscode.workspace.onWillSaveTextDocument(event => event.waitUntil(this.beforeText(event.document)))
    ];
    // A window that ended in the middle of a refusal leaves a file locked.
    for (const [path, mode] of Object.entries(state.get<Record<string, number>>(LOCKED, {}))) {
      chmod(path, mode).catch(() => undefined);
    }
    void state.update(LOCKED, {});
  }

  dispose(): void {
    this.locked.forEach((_, path) => void this.unlock(path));
    this.subscriptions.forEach(one => one.dispose());
  }

  private async beforeNotebook(notebook: vscode.NotebookDocument): Promise<vscode.WorkspaceEdit> {
    await this.outputs.tell(notebook);
    const verdict = await this.ask(notebook.uri);
    const edit = new vscode.WorkspaceEdit();
    if (verdict?.strip) {
      const cells = notebook.getCells().filter(cell => cell.outputs.length > 0);
      edit.set(notebook.uri, cells.map(withoutOutputs));
    }
    return edit;
  }

  private async beforeText(document: vscode.TextDocument): Promise<vscode.TextEdit[]> {
    await this.ask(document.uri);
    return [];
  }

  private async ask(uri: vscode.Uri): Promise<Verdict | undefined> {
    const client = this.client();
    if (client === undefined) {
      return undefined;
    }
    const verdict = await client.sendRequest<Verdict>('nbguard/beforeSave', { uri: String(uri) });
    const path = uri.scheme === 'file' ? uri.fsPath : undefined;
    if (verdict.refuse) {
      if (path !== undefined) {
        await this.lock(path);
      }
      void this.show(verdict.message, vscode.window.showErrorMessage);
    } else {
      if (path !== undefined) {
        await this.unlock(path);
      }
      if (verdict.message) {
        void this.show(verdict.message, vscode.window.showWarningMessage);
      }
    }
    return verdict;
  }

  private async show(message: string, how: typeof vscode.window.showErrorMessage): Promise<void> {
    if ((await how(message, 'Show Findings')) !== undefined) {
      await vscode.commands.executeCommand('nbguard.showFindings');
    }
  }

  private async lock(path: string): Promise<void> {
    const known = this.locked.get(path);
    clearTimeout(known?.timer);
    let mode = known?.mode;
    if (mode === undefined) {
      try {
        mode = (await stat(path)).mode & 0o7777;
      } catch {
        return; // there is no file yet: nothing that a save could be kept from
      }
      if ((mode & 0o200) === 0) {
        return;
      }
      await chmod(path, mode & ~0o222);
    }
    this.locked.set(path, { mode, timer: setTimeout(() => void this.unlock(path), LOCKED_FOR) });
    await this.remember();
  }

  private async unlock(path: string): Promise<void> {
    const known = this.locked.get(path);
    if (known !== undefined) {
      clearTimeout(known.timer);
      this.locked.delete(path);
      await chmod(path, known.mode).catch(() => undefined);
      await this.remember();
    }
  }

  private async remember(): Promise<void> {
    await this.state.update(LOCKED, Object.fromEntries([...this.locked].map(([path, { mode }]) => [path, mode])));
  }
}
