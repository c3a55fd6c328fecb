// The view of what Vault holds: names, versions and ages, never values. It logs in, inserts lookups and stores more.
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';

/** The name of a secret, the version of its path, and how old that is. */
export interface Stored {
  reference: string;
  version: number | null;
  age: string;
}

interface VaultState {
  configured: boolean;
  reachable: boolean | null;
  authenticated: boolean | null;
  address: string | null;
  reason: string | null;
}

const TOKEN = 'With a token';
const PASSWORD = 'With name and password';
const BROWSER = 'In the browser (OIDC)';
const LOCAL = 'Start a Vault on this machine';

/** Version and age, in words. */
export function told({ version, age }: Stored): string {
  return [version === null ? '' : `v${version}`, age].filter(Boolean).join(', ');
}

export class Secrets implements vscode.TreeDataProvider<Stored> {
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChangeTreeData = this.changed.event;

  constructor(
    private readonly client: () => LanguageClient | undefined,
    private readonly terminals: vscode.EnvironmentVariableCollection
  ) {}

  refresh(): void {
    this.changed.fire();
  }

  getTreeItem(stored: Stored): vscode.TreeItem {
    const item = new vscode.TreeItem(stored.reference);
    item.description = told(stored);
    item.iconPath = new vscode.ThemeIcon('key');
    item.contextValue = 'reference';
    item.command = { title: 'Insert', command: 'nbguard.insertReference', arguments: [stored.reference] };
    return item;
  }

  async getChildren(): Promise<Stored[]> {
    const client = this.client();
    if (client === undefined || !(await this.state())?.authenticated) {
      return [];
    }
    return client.sendRequest<Stored[]>('nbguard/secrets', { uri: here() });
  }

  async login(): Promise<void> {
    const before = await this.state();
    const ways = [TOKEN, PASSWORD, BROWSER, ...(before?.configured ? [] : [LOCAL])];
    const way = await vscode.window.showQuickPick(ways, { title: 'Log In to Vault' });
    if (way === undefined) {
      return;
    }
    const after = way === LOCAL ? await this.ask('nbguard/localVault', {}) : await this.loginBy(way, before?.address);
    if (after && !after.authenticated) {
      throw new Error(`nbguard: ${after.reason ?? 'Vault does not know you.'}`);
    }
    this.refresh();
  }

  /** Puts the lookup at the cursor, in the form that the place needs; the server says which edits that takes. */
  async insert(given?: string): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const reference = given ?? (await this.choose());
    if (reference !== undefined && editor !== undefined) {
      const { start, end } = editor.selection;
      const range = { start: at(start), end: at(end) };
      await vscode.commands.executeCommand('nbguard.insert', { uri: String(editor.document.uri), range, reference });
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

  private async loginBy(way: string, known?: string | null): Promise<VaultState | undefined> {
    const title = `Log In to Vault: ${way}`;
    const ask = (prompt: string, more: vscode.InputBoxOptions = {}) =>
      vscode.window.showInputBox({ title, prompt, ignoreFocusOut: true, ...more });
    const address = await ask("Vault's address; empty for the one that is set", {
      placeHolder: known ?? 'https://vault.example.com:8200'
    });
    if (address === undefined) {
      return undefined;
    }
    if (way === BROWSER) {
      const role = await ask('Role; empty for the usual one');
      return role === undefined ? undefined : this.loginAt(address, { method: 'oidc', role });
    }
    const name = way === PASSWORD ? await ask('Name') : '';
    const secret =
      name === undefined
        ? undefined
        : await ask(way === PASSWORD ? 'Password' : 'Your token. It is kept in ~/.vault-token, so kernels find it, too.', {
            password: true
          });
    const method = way === PASSWORD ? 'userpass' : 'token';
    return secret ? this.loginAt(address, { method, name, secret }) : undefined;
  }

  /** Kernels and terminals that start from now on ask the Vault at an address that was given here, too. */
  private async loginAt(address: string, how: object): Promise<VaultState | undefined> {
    const state = await this.ask('nbguard/login', { address, ...how });
    if (address && state?.authenticated) {
      process.env.VAULT_ADDR = address;
      this.terminals.persistent = false;
      this.terminals.replace('VAULT_ADDR', address);
    }
    return state;
  }

  private async choose(): Promise<string | undefined> {
    const items = this.getChildren().then(found => found.map(one => ({ label: one.reference, description: told(one) })));
    return (await vscode.window.showQuickPick(items, { title: 'Insert a reference' }))?.label;
  }

  private async state(): Promise<VaultState | undefined> {
    return (await this.client()?.sendRequest<{ vault: VaultState }>('nbguard/status'))?.vault;
  }

  private async ask(method: string, params: object): Promise<VaultState | undefined> {
    return this.client()?.sendRequest<VaultState>(method, params);
  }
}

function at({ line, character }: vscode.Position) {
  return { line, character };
}

function here(): string {
  const active = vscode.window.activeNotebookEditor?.notebook.uri ?? vscode.window.activeTextEditor?.document.uri;
  return String(active ?? vscode.workspace.workspaceFolders?.[0]?.uri ?? 'untitled:untitled');
}
