/** Stores a new secret. Its value is typed or pasted here instead of into a cell, and never shown. */
import * as React from 'react';

import { IStrings } from '../../shared/strings/strings';
import { Line } from './login-form';
import { VaultSecrets } from './vault-secrets';

export function AddForm(props: { vault: VaultSecrets; folder: string; strings: IStrings }) {
  const { vault, folder, strings: s } = props;
  const [busy, setBusy] = React.useState(false);
  const [said, setSaid] = React.useState<{ text: string; failed: boolean } | null>(null);
  const submit = async (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const name = String(given.get('reference') ?? '').trim();
    const value = String(given.get('value') ?? '');
    const field = form.elements.namedItem('value') as HTMLInputElement;
    field.value = '';
    setBusy(true);
    const failed = await vault.add(name, value);
    setBusy(false);
    setSaid({ text: failed ?? s.added(name), failed: failed !== null });
    if (failed === null) {
      form.reset();
    }
  };
  return (
    <details className="nbg-Add">
      <summary>{s.addSecret}</summary>
      <form
        className="nbg-VaultForm"
        aria-label={s.addSecret}
        onSubmit={event => void submit(event)}
      >
        <Line label={s.addName} name="reference" hint={s.addNameHint(folder)} required />
        <Line label={s.addValue} name="value" secret required />
        <button type="submit" className="nbg-Button nbg-mod-main" disabled={busy}>
          {s.addButton}
        </button>
      </form>
      {said ? (
        <p role={said.failed ? 'alert' : 'status'} className={said.failed ? 'nbg-Failed' : ''}>
          {said.text}
        </p>
      ) : null}
    </details>
  );
}
