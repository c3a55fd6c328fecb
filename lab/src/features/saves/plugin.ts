/** The plugin that shows the server's events about saves: with shared documents they are the only sign of a refusal. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { DocumentRegistry } from '@jupyterlab/docregistry';
import { ITranslator } from '@jupyterlab/translation';

import { strings } from '../../shared/strings/strings';
import { CommandIDs, INbguard, INotebookFindings, PACKAGE } from '../../shared/tokens/nbguard';
import { ISaveEvent, SaveToasts } from './save-toasts';

const SAVE = 'https://events.nbguard.dev/save/v1';

export const events: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:events`,
  description: 'Tells when the server refused or changed what was saved.',
  autoStart: true,
  requires: [INbguard],
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, nbguard: INbguard, translator: ITranslator | null) => {
    const show = (path: string) => {
      const command = nbguard.ofPath(path) ? CommandIDs.showPanel : 'docmanager:open';
      if (app.commands.hasCommand(command)) {
        void app.commands.execute(command, { path });
      }
    };
    const toasts = new SaveToasts(strings(translator), show);
    app.serviceManager.events.stream.connect((_, event) => {
      if (event.schema_id === SAVE && typeof event.path === 'string') {
        toasts.tell(event as unknown as ISaveEvent);
      }
    });
    const follow = (notebook: INotebookFindings) => {
      const { context } = notebook;
      context.saveState.connect((_, state: DocumentRegistry.SaveState) => {
        if (state === 'completed') {
          toasts.saved(context.localPath);
        }
      });
      // A shared document is saved by the server, which tells only of refusals.
      notebook.changed.connect(() => {
        if (context.model.collaborative && notebook.state === 'idle' && !notebook.findings.length) {
          toasts.saved(context.localPath);
        }
      });
    };
    nbguard.notebooks.forEach(follow);
    nbguard.opened.connect((_, notebook) => follow(notebook));
  }
};
