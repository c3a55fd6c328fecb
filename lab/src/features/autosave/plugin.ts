/**
 * The plugin that keeps autosave from opening the dialog of a refused save again and again.
 *
 * JupyterLab opens a dialog for each save that fails, and autosave tries for ever. A refusal is told in the first
 * dialog and in a toast that stays; after that the status bar says that saving failed, and a save by hand tells why.
 */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { DocumentRegistry } from '@jupyterlab/docregistry';
import { Contents } from '@jupyterlab/services';

import { INbguard, PACKAGE } from '../../shared/tokens/nbguard';
import { Repeats } from './repeats';

/** Commands by which a person saves. */
const SAVES = ['docmanager:save', 'docmanager:save-all', 'docmanager:save-as'];
/** The name of the errors that JupyterLab's own dialogs of a save throw when they are open already. */
const SILENT = 'ModalDuplicateError';

/** The signal behind `saveState`, whose type hides how it is sent. */
type State = { emit?: (state: DocumentRegistry.SaveState) => void };

export const autosave: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:autosave`,
  description: 'Shows the dialog of a refused autosave once.',
  autoStart: true,
  requires: [INbguard],
  activate: (app: JupyterFrontEnd, nbguard: INbguard) => {
    const { contents } = app.serviceManager;
    const repeats = new Repeats();
    app.commands.commandExecuted.connect((_, { id, result }) => {
      if (SAVES.includes(id)) {
        repeats.asked(result);
      }
    });
    nbguard.closed.connect((_, { context }) => repeats.over(context.localPath));
    const save = contents.save.bind(contents);
    contents.save = async (...given: Parameters<Contents.IManager['save']>) => {
      const path = contents.localPath(given[0]);
      try {
        const saved = await save(...given);
        repeats.over(path);
        return saved;
      } catch (error) {
        const notebook = nbguard.ofPath(path);
        if (notebook && error instanceof Error && repeats.failed(path, error.message)) {
          error.name = SILENT;
          // For an error of this name the document doesn't tell its state.
          (notebook.context.saveState as State).emit?.('failed');
        }
        throw error;
      }
    };
  }
};
