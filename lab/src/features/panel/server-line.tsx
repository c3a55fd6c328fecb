/** One line on what happens on save, one on whose policy that is, and one on Vault. */
import * as React from 'react';

import { IStatus } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';

function vaultText(vault: IStatus['vault'], s: IStrings): string {
  const address = vault.address ?? '';
  if (!vault.configured) {
    return s.vaultNotConfigured;
  }
  if (vault.reachable === null) {
    return s.vaultUnchecked(address);
  }
  if (!vault.reachable) {
    return s.vaultUnreachable(address);
  }
  return vault.authenticated === false ? s.vaultRefused(address) : s.vaultOk(address);
}

export function ServerLine(props: { status: IStatus; strings: IStrings }) {
  const { status, strings: s } = props;
  const zone = status.zone ? ` (${s.zone(status.zone)})` : '';
  return (
    <div className="nbg-Server">
      <p>{`${s.save(status.save)}${zone}`}</p>
      {status.bundle ? <p>{s.bundle(status.bundle)}</p> : null}
      <p>{vaultText(status.vault, s)}</p>
      {status.vault.reason ? <p>{status.vault.reason}</p> : null}
    </div>
  );
}
