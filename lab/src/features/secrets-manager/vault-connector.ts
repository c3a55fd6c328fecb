/** The store of `jupyter-secrets-manager` in Vault, through the server. */
import { ServerConnection } from '@jupyterlab/services';

import { ApiError, ask } from '../../shared/api/client';
import { Answer } from '../../shared/api/types';
import { splitId } from './secret-ids';

/** What the secrets manager keeps. */
export interface ISecret {
  readonly namespace: string;
  readonly id: string;
  readonly value: string;
}

export class VaultConnector {
  constructor(private readonly settings: ServerConnection.ISettings) {}

  async fetch(whole: string): Promise<ISecret | undefined> {
    try {
      const answer = ask<Answer<'fetchSecret'>>(this.settings, route(whole), { method: 'GET' });
      const { namespace, id, value } = await answer;
      return value === null ? undefined : { namespace, id, value };
    } catch (error) {
      if (error instanceof ApiError && error.status === 404) {
        return undefined;
      }
      throw error;
    }
  }

  async save(whole: string, secret: ISecret): Promise<void> {
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
