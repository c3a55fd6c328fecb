import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { PACKAGE } from './tokens';

export const outputs: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:outputs`,
  description: 'To come.',
  autoStart: true,
  activate: () => {}
};
