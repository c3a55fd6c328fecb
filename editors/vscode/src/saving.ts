// What the policy says of a save: nothing, a warning, outputs cleared first, or a refusal.
//
// VS Code goes on with a save whatever an extension says. What it does take for an answer is a file that somebody else
// has written meanwhile, which it knows by time and size: so for as long as a refused save takes, a file is newer and
// ends with one empty line more. Nothing else of it is touched, and a window that ends just then does no harm.
import { appendFile, stat, truncate, utimes } from 'node:fs/promises';
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

/** A file's own time and size, and the time it has for the moment. */
interface Held {
  was: Date;
  size: number;
  made: number;
}

// Other extensions may take this long before the file is written.
const NEWER_FOR = 4_000;
const NEWER_BY = 60_000;

export class SaveGuard implements vscode.Disposable {
  private readonly subscriptions: vscode.Disposable[];
  private readonly newer = new Map<string, Held & { timer: NodeJS.Timeout }>();

  constructor(
    private readonly client: () => LanguageClient | undefined,
    private readonly outputs: OutputTeller
  ) {
    this.subscriptions = [
      vscode.workspace.onWillSaveNotebookDocument(event => {
        if (event.notebook.notebookType === NOTEBOOK) {
          event.waitUntil(this.beforeNotebook(event.notebook));
        }
      }),
      vscode.workspace.onWillSaveTextDocument(event => event.waitUntil(this.beforeText(event.document)))
    ];
  }

  dispose(): void {
    this.newer.forEach((_, path) => void this.release(path));
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
        await this.hold(path);
      }
      void this.show(verdict.message, vscode.window.showErrorMessage);
    } else {
      if (path !== undefined) {
        await this.release(path);
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

  /** Makes a file look written by somebody else. Where there is none yet, there is nothing to keep. */
  private async hold(path: string): Promise<void> {
    const known = this.newer.get(path);
    clearTimeout(known?.timer);
    const held = known ?? (await makeNewer(path));
    if (held !== undefined) {
      this.newer.set(path, { ...held, timer: setTimeout(() => void this.release(path), NEWER_FOR) });
    }
  }

  /** Makes a file what it was, unless somebody has written it since. */
  private async release(path: string): Promise<void> {
    const known = this.newer.get(path);
    if (known === undefined) {
      return;
    }
    clearTimeout(known.timer);
    this.newer.delete(path);
    try {
      const { atime, mtime, size } = await stat(path);
      if (size === known.size + 1 && Math.abs(mtime.getTime() - known.made) < 2_000) {
        await truncate(path, known.size);
        await utimes(path, atime, known.was);
      }
    } catch {
      // It is gone.
    }
  }
}

async function makeNewer(path: string): Promise<Held | undefined> {
  try {
    const { atime, mtime, size } = await stat(path);
    const newer = new Date(mtime.getTime() + NEWER_BY);
    await appendFile(path, '\n');
    await utimes(path, atime, newer);
    return { was: mtime, size, made: newer.getTime() };
  } catch {
    return undefined; // no file yet, or one that nobody may write
  }
}
