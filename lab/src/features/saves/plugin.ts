/**
 * The plugin that tells what became of saves: refusals for as long as they hold, and what the server changed or warned
 * of. With shared documents nothing else does.
 */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { Notification } from '@jupyterlab/apputils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ITranslator } from '@jupyterlab/translation';

import { strings } from '../../shared/strings/strings';
import { CommandIDs, INbguard, INotebookFindings, PACKAGE } from '../../shared/tokens/nbguard';
import { IRefusals } from '../../shared/tokens/refusals';
import { onRefusedCommit } from './refused-commits';
import { Refusals } from './refusals';
import { ISaveEvent, SaveToasts } from './save-toasts';
import { UnsavedBadge } from './unsaved-badge';

const SAVE = 'https://events.nbguard.dev/save/v1';

export const events: JupyterFrontEndPlugin<IRefusals> = {
  id: `${PACKAGE}:events`,
  description: 'Tells when the server refused or changed what was saved.',
  autoStart: true,
  requires: [INbguard, INotebookTracker],
  optional: [ITranslator],
  provides: IRefusals,
  activate: (
    app: JupyterFrontEnd,
    nbguard: INbguard,
    tracker: INotebookTracker,
    translator: ITranslator | null
  ) => {
    const s = strings(translator);
    // The panel shows what is in front.
    const show = async (path: string) => {
      await app.commands.execute('docmanager:open', { path }).catch(() => undefined);
      if (app.commands.hasCommand(CommandIDs.showPanel)) {
        await app.commands.execute(CommandIDs.showPanel);
      }
    };
    const save = () => void app.commands.execute('docmanager:save').catch(() => undefined);
    const refusals = new Refusals(app.serviceManager.serverSettings, s, {
      show: path => void show(path),
      save
    });
    const toasts = new SaveToasts(
      s,
      path => void show(path),
      path => nbguard.ofPath(path) !== null
    );

    onRefusedCommit(app.serviceManager.serverSettings.baseUrl, () => {
      const found = nbguard.notebooks.filter(({ isFile, findings }) => isFile && findings.length);
      if (found.length) {
        const names = found.map(({ context }) => context.localPath.split('/').pop()).join(', ');
        const callback = () => void show(found[0].context.localPath);
        Notification.error(s.commitRefused(names), {
          autoClose: false,
          actions: [{ label: s.showFindings, callback }]
        });
      }
    });
    app.serviceManager.events.stream.connect((_, event) => {
      if (event.schema_id === SAVE && typeof event.path === 'string') {
        toasts.tell(event as unknown as ISaveEvent);
        const notebook = nbguard.ofPath(event.path);
        if (notebook) {
          void refusals.ask(notebook);
        }
      }
    });
    const tell = (notebook: INotebookFindings) => {
      const refused = refusals.of(notebook);
      const path = notebook.context.localPath;
      if (refused) {
        const { findings, reason } = refused;
        toasts.tell({ path, action: 'blocked', deed: 'saved', findings, message: reason });
      } else {
        toasts.over(path);
      }
    };
    refusals.changed.connect((_, notebook) => tell(notebook));
    const follow = (notebook: INotebookFindings) => {
      if (!notebook.isFile) {
        return;
      }
      refusals.follow(notebook);
      let path = notebook.context.localPath;
      notebook.context.pathChanged.connect(() => {
        // What was said under the old name is about no file any more.
        toasts.over(path);
        path = notebook.context.localPath;
        tell(notebook);
      });
    };
    nbguard.notebooks.forEach(follow);
    nbguard.opened.connect((_, notebook) => follow(notebook));
    nbguard.closed.connect((_, notebook) => {
      refusals.forget(notebook);
      if (notebook.isFile) {
        toasts.over(notebook.context.localPath);
      }
    });

    const add = (panel: NotebookPanel) => {
      const badge = new UnsavedBadge(() => nbguard.of(panel), refusals, s);
      if (!panel.toolbar.insertBefore('spacer', 'nbguard-unsaved', badge)) {
        panel.toolbar.addItem('nbguard-unsaved', badge);
      }
    };
    tracker.widgetAdded.connect((_, panel) => add(panel));
    tracker.forEach(add);
    return refusals;
  }
};
