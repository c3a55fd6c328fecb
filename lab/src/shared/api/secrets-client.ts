/** The REST client of the secrets in Vault. What goes there may be a value; what comes back never is. */
import { ServerConnection } from '@jupyterlab/services';

import { ask } from './client';
import { Answer, ILoginRequest, ISecrets, IVersion } from './types';

/** Names of what is in Vault; `again` asks Vault anew for what was answered a moment ago. */
export function listSecrets(
  settings: ServerConnection.ISettings,
  query: { readonly path?: string; readonly search?: string; readonly again?: string }
): Promise<ISecrets> {
  const given = Object.entries(query).filter(([, value]) => value);
  const text = given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join('&');
  return ask(settings, `secrets${text ? `?${text}` : ''}`, { method: 'GET' });
}

/** Stores a value under a name that isn't taken. */
export function addSecret(
  settings: ServerConnection.ISettings,
  reference: string,
  value: string
): Promise<Answer<'addSecret'>> {
  return post(settings, 'secrets', { reference, value });
}

/** The newest first. */
export async function listVersions(
  settings: ServerConnection.ISettings,
  reference: string
): Promise<readonly IVersion[]> {
  const query = `reference=${encodeURIComponent(reference)}`;
  const answer = await ask<Answer<'listVersions'>>(settings, `secrets/versions?${query}`, {
    method: 'GET'
  });
  return answer.versions;
}

export function logIn(
  settings: ServerConnection.ISettings,
  request: ILoginRequest
): Promise<Answer<'login'>> {
  return post(settings, 'login', request);
}

export function startLocalVault(
  settings: ServerConnection.ISettings
): Promise<Answer<'startLocalVault'>> {
  return ask(settings, 'local-vault', { method: 'POST' });
}

function post<T>(settings: ServerConnection.ISettings, route: string, body: unknown): Promise<T> {
  return ask(settings, route, { method: 'POST', body: JSON.stringify(body) });
}
