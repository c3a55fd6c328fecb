import { JupyterFrontEndPlugin } from '@jupyterlab/application';

import { PACKAGE } from './tokens';

export const editor: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:editor`,
  description: 'To come.',
  autoStart: true,
  activate: () => {}
};
