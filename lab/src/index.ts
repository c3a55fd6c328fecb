/** The plugins of the package. Each can be disabled on its own: `jupyter labextension disable @nbguard/lab:<name>`. */
import { autosave } from './features/autosave/plugin';
import { commands } from './features/commands/plugin';
import { editor } from './features/editor/plugin';
import { markdown } from './features/markdown/plugin';
import { outputs } from './features/outputs/plugin';
import { panel } from './features/panel/plugin';
import { references } from './features/references/plugin';
import { events } from './features/saves/plugin';
import { core } from './features/scanning/plugin';
import { secrets } from './features/secrets-manager/plugin';
import { status } from './features/status/plugin';

export * from './shared/api/types';
export * from './shared/tokens/nbguard';
export * from './shared/tokens/refusals';
export * from './shared/tokens/server-status';

export default [
  core,
  editor,
  commands,
  panel,
  references,
  status,
  outputs,
  markdown,
  events,
  autosave,
  secrets
];
