/** The plugin that marks findings in cells whose editor is hidden. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator } from '@jupyterlab/translation';

import { strings } from '../../shared/strings/strings';
import { onEachNotebook } from '../../shared/tokens/each-notebook';
import { INbguard, PACKAGE } from '../../shared/tokens/nbguard';
import { TextBars } from './text-bars';

export const markdown: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:markdown`,
  description:
    'Marks findings in cells whose editor is hidden: rendered Markdown and collapsed input.',
  autoStart: true,
  requires: [INbguard, INotebookTracker],
  optional: [ITranslator],
  activate: (
    _: JupyterFrontEnd,
    nbguard: INbguard,
    tracker: INotebookTracker,
    translator: ITranslator | null
  ) => {
    const s = strings(translator);
    onEachNotebook(tracker, nbguard, (panel, notebook) => {
      new TextBars(panel, notebook, nbguard, s);
    });
  }
};
