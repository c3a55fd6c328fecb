/** The plugin of the side panel with the findings. */
import { ILayoutRestorer, JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { ITranslator } from '@jupyterlab/translation';

import { strings } from '../../shared/strings/strings';
import { CommandIDs, INbguard, PACKAGE } from '../../shared/tokens/nbguard';
import { IServerStatus } from '../../shared/tokens/server-status';
import { shieldIcon } from '../../shared/widgets/icons';
import { FindingsView } from './findings-view';

export const panel: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:panel`,
  description: 'Lists the findings of the notebook in front in a side panel.',
  autoStart: true,
  requires: [INbguard],
  optional: [IServerStatus, ILayoutRestorer, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    nbguard: INbguard,
    server: IServerStatus | null,
    restorer: ILayoutRestorer | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    const s = strings(translator);
    const view = new FindingsView(nbguard, server, s);
    app.shell.add(view, 'right', { rank: 610 });
    restorer?.add(view, view.id);
    app.commands.addCommand(CommandIDs.showPanel, {
      label: s.showPanel,
      caption: s.panelCaption,
      icon: shieldIcon,
      execute: () => app.shell.activateById(view.id)
    });
    palette?.addItem({ command: CommandIDs.showPanel, category: s.category });
  }
};
