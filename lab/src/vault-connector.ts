/** The store of `jupyter-secrets-manager` in Vault, through the server. */
import { ServerConnection } from '@jupyterlab/services';

import { ApiError, ask } from './api';
import { splitId } from './secret-ids';

/** What the secrets manager keeps. */
export interface IKeptSecret {
  readonly namespace: string;
  readonly id: string;
  readonly value: string;
}

export class VaultConnector {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  async fetch(whole: string): Promise<IKeptSecret | undefined> {
    try {
      return await ask<IKeptSecret>(this.settings, route(whole), { method: 'GET' });
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) {
        return undefined;
      }
      throw error;
    }
  }

  async save(whole: string, secret: IKeptSecret): Promise<void> {
    const body = JSON.stringify({ ...splitId(whole), value: secret.value });
    await ask(this.settings, route(whole), { method: 'PUT', body });
  }

  async remove(whole: string): Promise<void> {
    await ask(this.settings, route(whole), { method: 'DELETE' });
  }
}

function route(whole: string): string {
  const { namespace, id } = splitId(whole);
  return `connector/${encodeURIComponent(namespace)}/${encodeURIComponent(id)}`;
}
