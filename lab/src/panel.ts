import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { PACKAGE } from './tokens';

export const panel: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:panel`,
  description: 'To come.',
  autoStart: true,
  activate: () => {}
};
