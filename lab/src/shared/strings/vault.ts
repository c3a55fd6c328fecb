/** Texts about the secrets that are in Vault: logging in, the list, inserting and adding. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ILoginRequest, IVersion } from '../api/types';

export function vault(trans: TranslationBundle) {
  const methods: Record<ILoginRequest['method'], string> = {
    token: trans.__('Token'),
    userpass: trans.__('Name and password'),
    oidc: trans.__('In the browser (OIDC)')
  };
  const states: Record<IVersion['state'], string> = {
    stored: '',
    deleted: trans.__('deleted'),
    destroyed: trans.__('destroyed')
  };
  return {
    inThisNotebook: trans.__('In this notebook'),
    inVault: trans.__('In Vault'),
    askingVault: trans.__('Asking Vault…'),

    loginTitle: trans.__('Log in to Vault'),
    loginMethod: trans.__('How'),
    loginMethodName: (method: ILoginRequest['method']) => methods[method],
    loginName: trans.__('Name'),
    loginPassword: trans.__('Password'),
    loginToken: trans.__('Token'),
    loginRole: trans.__('Role (optional)'),
    loginMount: trans.__('Mounted at (optional)'),
    loginButton: trans.__('Log in'),
    loginKept: trans.__(
      'The token is kept in ~/.vault-token where Jupyter runs, so kernels find it, too.'
    ),
    signIn: trans.__('Sign in here'),
    signInHint: trans.__('It works where Jupyter runs on this machine. Waiting…'),
    startLocal: trans.__('Start a local Vault'),
    starting: trans.__('Starting a local Vault…'),
    startLocalHint: trans.__(
      'No VAULT_ADDR is set where Jupyter was started. Set it to your team’s Vault and start Jupyter again, or start a Vault of your own: on this machine only, sealed when it stops.'
    ),

    searchSecrets: trans.__('Search secrets'),
    noSecrets: trans.__('Nothing is stored yet.'),
    noSecretFits: trans.__('No name fits.'),
    secretsLeftOut: (n: number) =>
      trans._n('%1 more is not shown: search for it.', '%1 more are not shown: search.', n),
    notAllFolders: trans.__('There are too many folders to list them all.'),
    insert: trans.__('Insert'),
    insertSecret: (name: string) => trans.__('Insert a lookup of %1 at the cursor', name),
    nowhere: trans.__('Open a notebook or a file and put the cursor where the value goes.'),
    needsVariable: (name: string, reference: string) =>
      trans.__('The code reads %1: `nbguard run` sets it from %2.', name, reference),
    usedIn: trans.__('used in'),
    versions: trans.__('Versions'),
    versionsOf: (name: string) => trans.__('Versions of %1', name),
    versionState: (state: IVersion['state']) => states[state],
    noVersions: trans.__('This engine keeps no versions.'),

    addSecret: trans.__('Add a secret…'),
    addName: trans.__('Name'),
    addNameHint: (folder: string) => `${folder ? `${folder}/` : ''}ionq#api_key`,
    addValue: trans.__('Value'),
    addButton: trans.__('Store'),
    added: (name: string) => trans.__('%1 is stored, and read back.', name)
  };
}
