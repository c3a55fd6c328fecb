import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { PACKAGE } from './tokens';

export const events: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:events`,
  description: 'To come.',
  autoStart: true,
  activate: () => {}
};
