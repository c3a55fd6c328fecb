// Moving a value under a name that is asked for, or using a secret that is in Vault in its place.
import * as vscode from 'vscode';
import type { LanguageClient } from 'vscode-languageclient/node';
import { told, type Stored } from './secrets';

/** How the server's commands name a finding. */
export interface Named {
  uri: string;
  rule?: string;
  reference?: string;
  [other: string]: unknown;
}

type Moved = { reference: string } | undefined;

export class Moves {
  constructor(private readonly client: () => LanguageClient | undefined) {}

  /** Asks for the name, with the one that the policy says to be changed. */
  async moveAs(named: Named): Promise<void> {
    const client = this.client();
    const proposed = await client?.sendRequest<Moved>('workspace/executeCommand', {
      command: 'nbguard.move',
      arguments: [{ ...named, preview: true }]
    });
    if (proposed === undefined || proposed === null) {
      return;
    }
    const reference = await vscode.window.showInputBox({
      title: `Move to Vault (${named.rule ?? ''})`,
      prompt: 'Store it as path#key',
      value: proposed.reference,
      ignoreFocusOut: true
    });
    if (reference) {
      // The proposed name finds another where it is taken; one that was chosen doesn't.
      const chosen = reference === proposed.reference ? {} : { reference };
      await vscode.commands.executeCommand('nbguard.move', { ...named, ...chosen });
    }
  }

  /** The finding's command with the secret that is chosen; undefined where none is. */
  async choose(named: Named): Promise<Named | undefined> {
    if (named.reference) {
      return named;
    }
    const stored = await this.client()?.sendRequest<Stored[]>('nbguard/secrets', { uri: named.uri });
    if (!stored?.length) {
      // The server says why there is nothing to choose from.
      return named;
    }
    const items = stored.map(one => ({ label: one.reference, description: told(one) }));
    const chosen = await vscode.window.showQuickPick(items, {
      title: `Use an existing secret (${named.rule ?? ''})`,
      placeHolder: 'It is compared with the value here, and nothing is stored.',
      ignoreFocusOut: true
    });
    return chosen && { ...named, reference: chosen.label };
  }
}

/** Does with the finding under the cursor what `command` does; says so where there is none. */
export async function doHere(command: string): Promise<void> {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) {
    return;
  }
  const actions = await vscode.commands.executeCommand<vscode.CodeAction[]>(
    'vscode.executeCodeActionProvider',
    editor.document.uri,
    editor.selection
  );
  const meant = actions.find(one => one.command?.command === command)?.command;
  if (meant === undefined) {
    void vscode.window.showInformationMessage('nbguard: there is nothing to move under the cursor.');
    return;
  }
  await vscode.commands.executeCommand(command, ...(meant.arguments ?? []));
}
