// nbguard in VS Code: starts the server, and shows what the protocol has no words for.
import { homedir } from 'node:os';
import * as vscode from 'vscode';
import { LanguageClient, type ExecuteCommandSignature } from 'vscode-languageclient/node';
import { Marks, type Findings } from './marks';
import { doHere, Moves, type Named } from './moving';
import { clearOutputs, findCell, OutputTeller } from './outputs';
import { SaveGuard } from './saving';
import { Secrets } from './secrets';
import { findServer, offerToInstall, SAFE } from './server';

const SELECTOR = [{ scheme: 'file' }, { scheme: 'untitled' }, { scheme: 'vscode-notebook-cell' }];

let client: LanguageClient | undefined;
const moves = new Moves(() => client);

export async function activate(context: vscode.ExtensionContext): Promise<void> {
  const marks = new Marks();
  const outputs = new OutputTeller(() => client);
  const secrets = new Secrets(() => client, context.environmentVariableCollection);
  const start = () => restart(marks, outputs, secrets);
  const commands: Record<string, (...args: never[]) => unknown> = {
    'nbguard.restart': start,
    'nbguard.install': offerToInstall,
    'nbguard.showFindings': () => vscode.commands.executeCommand('workbench.actions.view.problems'),
    'nbguard.clearOutput': ({ cell }: { cell: string }) => clear([findCell(cell)]),
    'nbguard.clearMarkedOutputs': () => {
      const notebook = vscode.window.activeNotebookEditor?.notebook;
      return notebook && clear(marks.marked(notebook));
    },
    'nbguard.moveHere': () => told(doHere('nbguard.move')),
    'nbguard.moveAsHere': () => told(doHere('nbguard.moveAs')),
    'nbguard.useExistingHere': () => told(doHere('nbguard.useExisting')),
    'nbguard.moveAs': (named: Named) => told(moves.moveAs(named)),
    'nbguard.login': () => told(secrets.login()),
    'nbguard.insertReference': (reference?: string) => told(secrets.insert(reference)),
    'nbguard.addSecret': () => told(secrets.add()),
    'nbguard.refreshSecrets': () => secrets.refresh()
  };
  context.subscriptions.push(
    marks,
    outputs,
    new SaveGuard(() => client, outputs),
    vscode.window.registerTreeDataProvider('nbguard.secrets', secrets),
    vscode.workspace.onDidGrantWorkspaceTrust(start),
    vscode.workspace.onDidChangeConfiguration(event => {
      if (event.affectsConfiguration('nbguard.command') || event.affectsConfiguration('nbguard.python')) {
        void start();
      } else if (event.affectsConfiguration('nbguard')) {
        void client?.sendNotification('workspace/didChangeConfiguration', { settings: { nbguard: options() } });
      }
    }),
    ...Object.entries(commands).map(([name, run]) => vscode.commands.registerCommand(name, run))
  );
  await start();
}

export async function deactivate(): Promise<void> {
  await client?.stop();
}

async function restart(marks: Marks, outputs: OutputTeller, secrets: Secrets): Promise<void> {
  const before = client;
  client = undefined;
  await before?.stop().catch(() => undefined);
  await before?.dispose();
  const command = await findServer();
  if (command === undefined) {
    marks.showMissing();
    void offerToInstall();
    return;
  }
  const [program, ...args] = command;
  const made = new LanguageClient(
    'nbguard',
    'nbguard',
    { command: program, args, options: { cwd: homedir(), env: { ...process.env, ...SAFE } } },
    {
      documentSelector: SELECTOR,
      initializationOptions: options(),
      middleware: { executeCommand }
    }
  );
  made.onNotification('nbguard/findings', (findings: Findings) => marks.take(findings));
  await made.start();
  client = made;
  outputs.tellAll();
  secrets.refresh();
}

function options(): Record<string, unknown> {
  const settings = vscode.workspace.getConfiguration('nbguard');
  return {
    trusted: vscode.workspace.isTrusted,
    delay: settings.get('delay'),
    showAllowed: settings.get('showAllowed'),
    references: settings.get('references'),
    askName: true,
    diagnostics: 'push',
    knowsOutputs: true
  };
}

/**
 * Asks which secret is to be used and why a finding is fine, where the server would have to; puts an allow into a
 * cell's metadata where that is its place.
 */
async function executeCommand(command: string, args: unknown[], next: ExecuteCommandSignature): Promise<unknown> {
  if (command === 'nbguard.useExisting') {
    const chosen = await told(moves.choose(args[0] as Named));
    return chosen && told(Promise.resolve(next(command, [chosen])));
  }
  if (command !== 'nbguard.allow') {
    return told(Promise.resolve(next(command, args)));
  }
  const named = args[0] as { rule?: string; reason?: string };
  const reason = named.reason ?? (await askReason(named.rule ?? ''));
  if (!reason) {
    return undefined;
  }
  type Answer = { metadata?: Record<string, unknown> } | undefined;
  const answer = (await told(Promise.resolve(next(command, [{ ...named, reason }])))) as Answer;
  for (const [uri, content] of Object.entries(answer?.metadata ?? {})) {
    const cell = findCell(uri);
    if (cell !== undefined) {
      const inner = (cell.metadata.metadata ?? {}) as Record<string, unknown>;
      const metadata = { ...cell.metadata, metadata: { ...inner, nbguard: content } };
      const edit = new vscode.WorkspaceEdit();
      edit.set(cell.notebook.uri, [vscode.NotebookEdit.updateCellMetadata(cell.index, metadata)]);
      await vscode.workspace.applyEdit(edit);
    }
  }
  return answer;
}

function askReason(rule: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({ title: `Allow ${rule}`, prompt: 'Why is this fine here?' });
}

async function clear(cells: (vscode.NotebookCell | undefined)[]): Promise<void> {
  for (const cell of cells) {
    if (cell !== undefined) {
      await clearOutputs(cell);
    }
  }
}

/** Shows what went wrong, in the server's words. */
async function told<T>(work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    void vscode.window.showErrorMessage(error instanceof Error ? error.message : String(error));
    return undefined;
  }
}
