import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { PACKAGE } from './tokens';

export const secrets: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:secrets-manager`,
  description: 'To come.',
  autoStart: true,
  activate: () => {}
};
