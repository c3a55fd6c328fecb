import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { PACKAGE } from './tokens';

export const commands: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:commands`,
  description: 'To come.',
  autoStart: true,
  activate: () => {}
};
