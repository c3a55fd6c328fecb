// Stands in for a kernel: runs a cell, with the cells before it, in a Python of its own.
const vscode = require('vscode');
const { execFile } = require('node:child_process');

exports.activate = context => {
  const controller = vscode.notebooks.createNotebookController('runner', 'jupyter-notebook', 'Runner');
  controller.supportedLanguages = ['python'];
  const prefer = notebook =>
    controller.updateNotebookAffinity(notebook, vscode.NotebookControllerAffinity.Preferred);
  vscode.workspace.notebookDocuments.forEach(prefer);
  context.subscriptions.push(controller, vscode.workspace.onDidOpenNotebookDocument(prefer));
  controller.executeHandler = async (cells, notebook) => {
    for (const cell of cells) {
      const execution = controller.createNotebookCellExecution(cell);
      execution.start(Date.now());
      const before = notebook.getCells(new vscode.NotebookRange(0, cell.index + 1));
      const code = before.map(one => one.document.getText()).join('\n');
      await new Promise(done =>
        execFile(process.env.NBGUARD_TEST_PYTHON, ['-c', code], async (error, out, err) => {
          // As kernels print: in pieces, cut anywhere.
          const shown = out + err;
          const [first, ...rest] = shown.match(/[^]{1,24}/g) ?? [''];
          const output = new vscode.NotebookCellOutput([vscode.NotebookCellOutputItem.stdout(first)]);
          await execution.replaceOutput([output]);
          for (const piece of rest) {
            await execution.appendOutputItems([vscode.NotebookCellOutputItem.stdout(piece)], output);
          }
          execution.end(!error, Date.now());
          done();
        })
      );
    }
  };
};
