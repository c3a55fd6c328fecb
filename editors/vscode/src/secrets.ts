// The view of what Vault holds below the policy's prefix: names, never values.
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

interface VaultState {
  configured: boolean;
  reachable: boolean | null;
  authenticated: boolean | null;
  address: string | null;
  reason: string | null;
}

export class Secrets implements vscode.TreeDataProvider<string> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(private readonly client: () => LanguageClient | undefined) {}

  refresh(): void {
    this.changed.fire();
  }

  getTreeItem(reference: string): vscode.TreeItem {
    const item = new vscode.TreeItem(reference);
    item.iconPath = new vscode.ThemeIcon('key');
    item.contextValue = 'reference';
    item.command = { title: 'Insert', command: 'nbguard.insertReference', arguments: [reference] };
    return item;
  }

  async getChildren(): Promise<string[]> {
    const client = this.client();
    const { vault } = (await client?.sendRequest<{ vault: VaultState }>('nbguard/status')) ?? {};
    if (client === undefined || !vault?.authenticated) {
      return [];
    }
    return client.sendRequest<string[]>('nbguard/secrets', { uri: here() });
  }

  async login(): Promise<void> {
    const address = await vscode.window.showInputBox({
      prompt: "Vault's address; empty for the one that is set",
      placeHolder: 'https://vault.example.com:8200'
    });
    if (address === undefined) {
      return;
    }
    const token = await vscode.window.showInputBox({
      prompt: 'Your token. It stays in the memory of the server, and goes with it.',
      password: true
    });
    if (token) {
      const vault = await this.client()?.sendRequest<VaultState>('nbguard/login', { address, token });
      if (vault && !vault.authenticated) {
        void vscode.window.showErrorMessage(`nbguard: ${vault.reason ?? 'Vault does not know this token.'}`);
      }
      this.refresh();
    }
  }

  async insert(given?: string): Promise<void> {
    const reference = given ?? (await vscode.window.showQuickPick(this.getChildren(), { title: 'Insert a reference' }));
    const editor = vscode.window.activeTextEditor;
    if (reference !== undefined && editor !== undefined) {
      await editor.insertSnippet(new vscode.SnippetString().appendText(`secret("${reference}")`));
    }
  }

  async add(): Promise<void> {
    const reference = await vscode.window.showInputBox({ prompt: 'Where to', value: 'quantum/', placeHolder: 'path#key' });
    const value =
      reference && (await vscode.window.showInputBox({ prompt: `The value of ${reference}`, password: true }));
    if (value) {
      await this.client()?.sendRequest('nbguard/addSecret', { reference, value });
      this.refresh();
    }
  }
}

function here(): string {
  const active = vscode.window.activeNotebookEditor?.notebook.uri ?? vscode.window.activeTextEditor?.document.uri;
  return String(active ?? vscode.workspace.workspaceFolders?.[0]?.uri ?? 'untitled:untitled');
}
