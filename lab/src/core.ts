import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { PACKAGE } from './tokens';

export const core: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:core`,
  description: 'To come.',
  autoStart: true,
  activate: () => {}
};
