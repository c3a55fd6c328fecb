import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { PACKAGE } from './tokens';

export const status: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:status`,
  description: 'To come.',
  autoStart: true,
  activate: () => {}
};
