/** The plugin that marks findings at the outputs they are in, and tells how many values were masked. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator } from '@jupyterlab/translation';

import { strings } from '../../shared/strings/strings';
import { onEachNotebook } from '../../shared/tokens/each-notebook';
import { CommandIDs, INbguard, PACKAGE } from '../../shared/tokens/nbguard';
import { MaskedBadge } from './masked-badge';
import { OutputBars } from './output-bars';

export const outputs: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:outputs`,
  description: 'Marks findings at the outputs they are in, and counts masked values.',
  autoStart: true,
  requires: [INbguard, INotebookTracker],
  optional: [ITranslator],
  activate: (
    app: JupyterFrontEnd,
    nbguard: INbguard,
    tracker: INotebookTracker,
    translator: ITranslator | null
  ) => {
    const s = strings(translator);
    const show = () => void app.commands.execute(CommandIDs.showPanel);
    const add = (panel: NotebookPanel) => {
      const badge = new MaskedBadge(panel, s);
      if (!panel.toolbar.insertBefore('spacer', 'nbguard-masked', badge)) {
        panel.toolbar.addItem('nbguard-masked', badge);
      }
    };
    tracker.widgetAdded.connect((_, panel) => add(panel));
    tracker.forEach(add);
    onEachNotebook(tracker, nbguard, (panel, notebook) => {
      const canShow = app.commands.hasCommand(CommandIDs.showPanel);
      new OutputBars(panel, notebook, s, canShow ? show : null);
    });
  }
};
