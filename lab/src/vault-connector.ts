/** The store of `jupyter-secrets-manager` in Vault, through the server. */
import { ServerConnection } from '@jupyterlab/services';

import { ApiError, ask } from './api';

/** What the secrets manager keeps. */
export interface IKeptSecret {
  readonly namespace: string;
  readonly id: string;
  readonly value: string;
}

/**
 * The manager's ids are `namespace:id`, and a namespace is a plugin's id, which has a colon itself (`package:plugin`).
 * The same cut is made for reading and writing.
 */
export function splitId(whole: string): { readonly namespace: string; readonly id: string } {
  const first = whole.indexOf(':');
  const second = whole.indexOf(':', first + 1);
  const cut = second < 0 ? first : second;
  return cut < 0
    ? { namespace: 'default', id: whole }
    : { namespace: whole.slice(0, cut), id: whole.slice(cut + 1) };
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
