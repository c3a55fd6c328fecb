// What is shown of findings beside the squiggles: a mark at a cell whose output holds one, and a count in the status bar.
import * as vscode from 'vscode';
import { NOTEBOOK } from './outputs';

export interface Findings {
  uri: string;
  findings: number;
  problem: string;
  cells: Record<string, { findings: number; outputs: { output: number; rule: string; message: string }[] }>;
}

export class Marks implements vscode.NotebookCellStatusBarItemProvider, vscode.Disposable {
  private readonly known = new Map<string, Findings>();
  private readonly changed = new vscode.EventEmitter<void>();
  private readonly bar = vscode.window.createStatusBarItem('nbguard', vscode.StatusBarAlignment.Left, 0);
  private readonly subscriptions: vscode.Disposable[];
  readonly onDidChangeCellStatusBarItems = this.changed.event;

  constructor() {
    this.bar.name = 'nbguard';
    this.bar.command = 'nbguard.showFindings';
    this.subscriptions = [
      this.bar,
      this.changed,
      vscode.notebooks.registerNotebookCellStatusBarItemProvider(NOTEBOOK, this),
      vscode.window.onDidChangeActiveTextEditor(() => this.showCount()),
      vscode.window.onDidChangeActiveNotebookEditor(() => this.showCount()),
      vscode.workspace.onDidCloseTextDocument(document => this.known.delete(String(document.uri))),
      vscode.workspace.onDidCloseNotebookDocument(notebook => this.known.delete(String(notebook.uri)))
    ];
  }

  take(findings: Findings): void {
    this.known.set(findings.uri, findings);
    this.changed.fire();
    this.showCount();
  }

  /** That there is no server. */
  showMissing(): void {
    this.bar.text = '$(shield) nbguard: not installed';
    this.bar.command = 'nbguard.install';
    this.bar.show();
  }

  provideCellStatusBarItems(cell: vscode.NotebookCell): vscode.NotebookCellStatusBarItem[] {
    const outputs = this.known.get(String(cell.notebook.uri))?.cells[String(cell.document.uri)]?.outputs ?? [];
    if (outputs.length === 0) {
      return [];
    }
    const text = `$(warning) ${outputs.length === 1 ? outputs[0].message : `${outputs.length} findings`} in the output`;
    const item = new vscode.NotebookCellStatusBarItem(text, vscode.NotebookCellStatusBarAlignment.Left);
    item.tooltip = `${[...new Set(outputs.map(output => output.rule))].join(', ')}: click to clear the output`;
    item.command = { title: 'Clear', command: 'nbguard.clearOutput', arguments: [{ cell: String(cell.document.uri) }] };
    return [item];
  }

  /** The cells of a notebook whose outputs hold findings. */
  marked(notebook: vscode.NotebookDocument): vscode.NotebookCell[] {
    const cells = this.known.get(String(notebook.uri))?.cells ?? {};
    return notebook.getCells().filter(cell => (cells[String(cell.document.uri)]?.outputs.length ?? 0) > 0);
  }

  dispose(): void {
    this.subscriptions.forEach(one => one.dispose());
  }

  private showCount(): void {
    const active = vscode.window.activeNotebookEditor?.notebook ?? vscode.window.activeTextEditor?.document;
    const found = active && this.known.get(String(active.uri));
    this.bar.command = 'nbguard.showFindings';
    if (!found) {
      this.bar.hide();
      return;
    }
    const nothing = found.problem ? '$(shield) nbguard: not scanned' : '$(shield) nbguard';
    this.bar.text = found.findings > 0 ? `$(shield) nbguard: ${found.findings}` : nothing;
    this.bar.tooltip = found.problem || `${found.findings || 'No'} finding${found.findings === 1 ? '' : 's'}`;
    this.bar.backgroundColor =
      found.findings > 0 ? new vscode.ThemeColor('statusBarItem.warningBackground') : undefined;
    this.bar.show();
  }
}
