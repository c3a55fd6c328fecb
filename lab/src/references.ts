import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { PACKAGE } from './tokens';

export const references: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:references`,
  description: 'To come.',
  autoStart: true,
  activate: () => {}
};
