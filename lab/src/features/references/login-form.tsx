/** Logs in to Vault. What is typed as a token or password leaves the form once, and is kept nowhere in the page. */
import * as React from 'react';

import { ILoginRequest } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';
import { safeLink } from '../../shared/widgets/tip';
import { VaultSecrets } from './vault-secrets';

type Method = ILoginRequest['method'];
const METHODS: readonly Method[] = ['token', 'userpass', 'oidc'];

export function LoginForm(props: { vault: VaultSecrets; strings: IStrings }) {
  const { vault, strings: s } = props;
  const [method, setMethod] = React.useState<Method>('token');
  const [busy, setBusy] = React.useState(false);
  const [failed, setFailed] = React.useState<string | null>(null);
  const submit = async (event: React.FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const given = new FormData(form);
    const text = (name: string) => String(given.get(name) ?? '');
    form.querySelectorAll<HTMLInputElement>('input[type=password]').forEach(input => {
      input.value = '';
    });
    setBusy(true);
    const path = text('path');
    const named = method === 'userpass' ? { name: text('name') } : {};
    const role = method === 'oidc' ? { role: text('role') } : {};
    const secret = method === 'oidc' ? {} : { secret: text('secret') };
    setFailed(await vault.logIn({ method, ...named, ...role, ...secret, path }));
    setBusy(false);
  };
  const secretLabel = method === 'token' ? s.loginToken : s.loginPassword;
  return (
    <form
      className="nbg-VaultForm"
      aria-label={s.loginTitle}
      onSubmit={event => void submit(event)}
    >
      <div className="nbg-VaultForm-line">
        <span aria-hidden="true">{s.loginMethod}</span>
        <select
          aria-label={s.loginMethod}
          value={method}
          onChange={event => setMethod(event.target.value as Method)}
        >
          {METHODS.map(name => (
            <option key={name} value={name}>
              {s.loginMethodName(name)}
            </option>
          ))}
        </select>
      </div>
      {method === 'userpass' ? <Line label={s.loginName} name="name" required /> : null}
      {method === 'oidc' ? (
        <Line label={s.loginRole} name="role" />
      ) : (
        <Line key={method} label={secretLabel} name="secret" secret required />
      )}
      {method === 'token' ? null : <Line label={s.loginMount} name="path" />}
      <button type="submit" className="nbg-Button nbg-mod-main" disabled={busy}>
        {s.loginButton}
      </button>
      {failed ? (
        <p role="alert" className="nbg-Failed">
          {failed}
        </p>
      ) : null}
      {vault.signIn ? <SignIn address={vault.signIn} strings={s} /> : null}
      <p>{s.loginKept}</p>
    </form>
  );
}

/** A click opens the provider's page: a page that opens by itself would be taken for an advertisement. */
function SignIn(props: { address: string; strings: IStrings }) {
  const { address, strings: s } = props;
  const safe = safeLink(address, true);
  return (
    <p role="status">
      {safe ? (
        <a href={safe.href} target="_blank" rel="noopener noreferrer">
          {s.signIn}
        </a>
      ) : null}{' '}
      {s.signInHint}
    </p>
  );
}

/** A labelled field; what is secret isn't shown, offered again or remembered. */
export function Line(props: {
  label: string;
  name: string;
  hint?: string;
  initial?: string;
  secret?: boolean;
  required?: boolean;
}) {
  const { label, name, hint, initial, secret, required } = props;
  return (
    <label>
      <span>{label}</span>
      <input
        name={name}
        type={secret ? 'password' : 'text'}
        autoComplete={secret ? 'new-password' : 'off'}
        spellCheck={false}
        placeholder={hint}
        defaultValue={initial}
        required={required}
      />
    </label>
  );
}
