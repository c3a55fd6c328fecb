/** The plugin of the status bar item, which also asks the server about itself. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator } from '@jupyterlab/translation';
import type { ISignal } from '@lumino/signaling';

import { strings } from '../../shared/strings/strings';
import { CommandIDs, INbguard, PACKAGE } from '../../shared/tokens/nbguard';
import { IRefusals } from '../../shared/tokens/refusals';
import { IServerStatus } from '../../shared/tokens/server-status';
import { ServerStatus } from './server-status';
import { StatusItem } from './status-item';

export const status: JupyterFrontEndPlugin<IServerStatus> = {
  id: `${PACKAGE}:status`,
  description: 'Tells in the status bar how many findings the notebook in front has.',
  autoStart: true,
  requires: [INbguard],
  optional: [IRefusals, IStatusBar, ITranslator],
  provides: IServerStatus,
  activate: (
    app: JupyterFrontEnd,
    nbguard: INbguard,
    refusals: IRefusals | null,
    bar: IStatusBar | null,
    translator: ITranslator | null
  ) => {
    const server = new ServerStatus(app.serviceManager.serverSettings);
    const ask = () => void server.refresh(nbguard.current?.context.localPath);
    nbguard.currentChanged.connect(ask);
    ask();
    const show = () => {
      if (app.commands.hasCommand(CommandIDs.showPanel)) {
        void app.commands.execute(CommandIDs.showPanel);
      }
    };
    bar?.registerStatusItem(`${PACKAGE}:status`, {
      item: new StatusItem(nbguard, server, refusals, strings(translator), show),
      align: 'right',
      rank: 90,
      // Beside a chat or a preview in front, what is said of another document would be taken for theirs.
      isActive: () => {
        const front = app.shell.currentWidget as Partial<IDocumentWidget> | null;
        return !front?.context || front.context === nbguard.current?.context;
      },
      activeStateChanged: app.shell.currentChanged as ISignal<unknown, void> | undefined
    });
    return server;
  }
};
