/** The plugin that lets `jupyter-secrets-manager` keep its secrets in Vault, where it is installed. */
import { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { ITranslator } from '@jupyterlab/translation';

import { strings } from '../../shared/strings/strings';
import { PACKAGE } from '../../shared/tokens/nbguard';
import { IServerStatus } from '../../shared/tokens/server-status';
import { VaultConnector } from './vault-connector';

/** The manager's own store. A second one would lock the manager, so ours is set only where this is disabled. */
const OWN_STORE = 'jupyter-secrets-manager:connector';

export const secrets: JupyterFrontEndPlugin<void> = {
  id: `${PACKAGE}:secrets-manager`,
  description: 'Keeps the secrets of jupyter-secrets-manager in Vault.',
  autoStart: true,
  requires: [IServerStatus],
  optional: [ITranslator],
  activate: (app: JupyterFrontEnd, server: IServerStatus, translator: ITranslator | null) => {
    let done = false;
    const connect = async () => {
      if (done || !server.value?.connector) {
        return;
      }
      done = true;
      // The package is shared by its own extension; where that isn't installed, there is nothing to import.
      const shared = await import('jupyter-secrets-manager').catch(() => null);
      const manager = shared && (await app.resolveOptionalService(shared.ISecretsManager));
      if (!manager) {
        return;
      }
      if (PageConfig.Extension.isDisabled(OWN_STORE)) {
        manager.setConnector(new VaultConnector(app.serviceManager.serverSettings));
      } else {
        console.warn(`nbguard: ${strings(translator).connectorTaken}`);
      }
    };
    server.changed.connect(() => void connect());
    void connect();
  }
};
