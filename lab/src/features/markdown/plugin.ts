/** The plugin that marks findings in rendered Markdown cells. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator } from '@jupyterlab/translation';

import { strings } from '../../shared/strings/strings';
import { INbguard, PACKAGE } from '../../shared/tokens/nbguard';
import { TextBars } from './text-bars';

export const markdown: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:markdown`,
  description: 'Marks findings in Markdown cells that are rendered.',
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
    const marked = new WeakSet<NotebookPanel>();
    const mark = (panel: NotebookPanel) => {
      const notebook = nbguard.of(panel);
      if (notebook && !marked.has(panel)) {
        marked.add(panel);
        new TextBars(panel, notebook, nbguard, s);
      }
    };
    const add = (panel: NotebookPanel) => void panel.context.ready.then(() => mark(panel));
    tracker.widgetAdded.connect((_, panel) => add(panel));
    tracker.forEach(add);
    // Its findings may be there before the panel is ready, or after.
    nbguard.opened.connect(() => tracker.forEach(mark));
  }
};
