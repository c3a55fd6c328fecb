/** Does something once for each notebook that is open: when its panel is ready and its findings are there. */
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import { INbguard, INotebookFindings } from './nbguard';

export function onEachNotebook(
  tracker: INotebookTracker,
  nbguard: INbguard,
  start: (panel: NotebookPanel, notebook: INotebookFindings) => void
): void {
  const started = new WeakSet<NotebookPanel>();
  const look = (panel: NotebookPanel) => {
    const notebook = nbguard.of(panel);
    if (notebook && !started.has(panel)) {
      started.add(panel);
      start(panel, notebook);
    }
  };
  const add = (panel: NotebookPanel) => void panel.context.ready.then(() => look(panel));
  tracker.widgetAdded.connect((_, panel) => add(panel));
  tracker.forEach(add);
  // Its findings may be there before the panel is ready, or after.
  nbguard.opened.connect(() => tracker.forEach(look));
}
