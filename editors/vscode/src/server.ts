// Finds nbguard and starts it as a language server.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { repository, version } from '../package.json';

/** A program and its arguments. */
export type Command = readonly [string, ...string[]];

// The name in the Python Package Index isn't this project's, so everything is installed from git, at this version.
const SOURCE = `nbguard[lsp] @ git+${repository.url}@v${version}`;
// The folder a program is started in must not decide what it imports.
export const SAFE = { PYTHONSAFEPATH: '1' };
const HAS_SERVER = "import sys, importlib.util as u; sys.exit(not (u.find_spec('nbguard') and u.find_spec('pygls')))";

/** The command that starts the server; undefined where nbguard isn't installed. Of an untrusted workspace nothing is run. */
export async function findServer(): Promise<Command | undefined> {
  const settings = vscode.workspace.getConfiguration('nbguard');
  const [program, ...rest] = settings.get<string[]>('command', []);
  if (program !== undefined) {
    return [program, ...rest];
  }
  for (const python of await pythons(settings.get<string>('python', ''))) {
    if (await succeeds(python, ['-c', HAS_SERVER])) {
      return [python, '-m', 'nbguard', 'lsp'];
    }
  }
  return (await succeeds('nbguard', ['lsp', '--help'])) ? ['nbguard', 'lsp'] : undefined;
}

/** The Pythons that the workspace may mean, the likeliest first. */
export async function pythons(chosen: string): Promise<string[]> {
  const found = chosen ? [chosen] : [];
  if (!vscode.workspace.isTrusted) {
    return found;
  }
  const active = await activeEnvironment();
  if (active) {
    found.push(active);
  }
  for (const folder of vscode.workspace.workspaceFolders ?? []) {
    for (const inside of ['.venv/bin/python', 'venv/bin/python', '.venv/Scripts/python.exe', 'venv/Scripts/python.exe']) {
      const path = join(folder.uri.fsPath, inside);
      if (folder.uri.scheme === 'file' && existsSync(path)) {
        found.push(path);
      }
    }
  }
  return found;
}

/** What the Python extension says, where there is one. */
async function activeEnvironment(): Promise<string | undefined> {
  try {
    const api = await vscode.extensions.getExtension('ms-python.python')?.activate();
    const path: unknown = api?.environments?.getActiveEnvironmentPath()?.path;
    return typeof path === 'string' && existsSync(path) && path.includes('python') ? path : undefined;
  } catch {
    return undefined;
  }
}

function succeeds(program: string, args: string[]): Promise<boolean> {
  return new Promise(resolve => {
    execFile(program, args, { cwd: homedir(), timeout: 20_000, env: { ...process.env, ...SAFE } }, error =>
      resolve(error === null)
    );
  });
}

/** Offers the ways to install nbguard; the one that is chosen is typed into a terminal. */
export async function offerToInstall(): Promise<void> {
  const settings = vscode.workspace.getConfiguration('nbguard');
  const [python] = await pythons(settings.get<string>('python', ''));
  const ways = new Map([
    ['uv tool', `uv tool install "${SOURCE}"`],
    ['pipx', `pipx install "${SOURCE}"`]
  ]);
  if (python !== undefined) {
    ways.set("The Workspace's Environment", `"${python}" -m pip install "${SOURCE}"`);
  }
  const chosen = await vscode.window.showWarningMessage(
    'nbguard is not installed, so nothing is looked for. Install it, then run "nbguard: Restart the Server".',
    ...ways.keys()
  );
  if (chosen !== undefined) {
    const terminal = vscode.window.createTerminal('nbguard');
    terminal.show();
    terminal.sendText(ways.get(chosen)!);
  }
}
