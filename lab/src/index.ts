/** The plugins of the package. Each can be disabled on its own: `jupyter labextension disable @nbguard/lab:<name>`. */
import { autosave } from './autosave';
import { commands } from './commands';
import { core } from './core';
import { editor } from './editor';
import { events } from './events';
import { outputs } from './outputs';
import { panel } from './panel';
import { references } from './references';
import { secrets } from './secrets-manager';
import { status } from './status';

export * from './tokens';

export default [
  core,
  editor,
  commands,
  panel,
  references,
  status,
  outputs,
  events,
  autosave,
  secrets
];
