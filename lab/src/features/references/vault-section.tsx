/** What is in Vault: the way in, the names with a search, and a form for another one. */
import * as React from 'react';

import { IReference, ISecrets } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';
import { AddForm } from './add-form';
import { LoginForm } from './login-form';
import { rowsOf, usesOf } from './secret-names';
import { ISecretDeeds, SecretRow } from './secret-row';
import { VaultSecrets } from './vault-secrets';

interface IProps {
  readonly vault: VaultSecrets;
  /** Of the notebook in front. */
  readonly references: readonly IReference[];
  readonly indices: ReadonlyMap<string, number>;
  readonly strings: IStrings;
  readonly language?: string;
  readonly deeds: ISecretDeeds;
}

export function VaultSection(props: IProps) {
  const { vault, strings: s } = props;
  const { answer, error } = vault;
  return (
    <section aria-label={s.inVault} aria-busy={vault.busy}>
      <h3>
        {s.inVault}
        {answer?.vault.address ? <span>{answer.vault.address}</span> : null}
      </h3>
      {error ? (
        <p role="alert" className="nbg-Failed">
          {error}
        </p>
      ) : null}
      {answer ? <Inside {...props} answer={answer} /> : error ? null : <p>{s.askingVault}</p>}
    </section>
  );
}

function Inside(props: IProps & { answer: ISecrets }) {
  const { answer, vault, strings: s } = props;
  if (!answer.vault.configured) {
    return <StartLocal vault={vault} strings={s} />;
  }
  const known = answer.vault.authenticated;
  return (
    <>
      {answer.reason ? (
        <p role="alert" className="nbg-Failed">
          {answer.reason}
        </p>
      ) : null}
      {known === false ? <LoginForm vault={vault} strings={s} /> : null}
      {known ? <Names {...props} /> : null}
      {known ? <AddForm vault={vault} folder={answer.folder} strings={s} /> : null}
    </>
  );
}

function Names(props: IProps & { answer: ISecrets }) {
  const { answer, vault, references, strings: s } = props;
  if (answer.reason) {
    return null;
  }
  const rows = rowsOf(answer.secrets, vault.search);
  const nothing = answer.secrets.length || vault.search ? s.noSecretFits : s.noSecrets;
  return (
    <>
      <div className="nbg-Filter" role="search" aria-label={s.searchSecrets}>
        <input
          type="search"
          className="nbg-Filter-text"
          placeholder={s.searchSecrets}
          aria-label={s.searchSecrets}
          value={vault.search}
          onChange={event => vault.find(event.target.value)}
        />
      </div>
      {rows.length ? null : <p role="status">{nothing}</p>}
      <ul className="nbg-Secrets">
        {rows.map(row => (
          <SecretRow
            key={row.name || row.secret.path}
            row={row}
            uses={usesOf(row.name, references)}
            indices={props.indices}
            strings={s}
            language={props.language}
            deeds={props.deeds}
          />
        ))}
      </ul>
      {answer.left_out ? <p>{s.secretsLeftOut(answer.left_out)}</p> : null}
      {answer.whole ? null : <p>{s.notAllFolders}</p>}
    </>
  );
}

function StartLocal(props: { vault: VaultSecrets; strings: IStrings }) {
  const { vault, strings: s } = props;
  const [state, setState] = React.useState<'idle' | 'starting' | { failed: string }>('idle');
  const start = async () => {
    setState('starting');
    const failed = await vault.startLocal();
    setState(failed === null ? 'idle' : { failed });
  };
  return (
    <>
      <p>{s.startLocalHint}</p>
      <button
        type="button"
        className="nbg-Button nbg-mod-main"
        disabled={state === 'starting'}
        onClick={() => void start()}
      >
        {s.startLocal}
      </button>
      {state === 'starting' ? <p role="status">{s.starting}</p> : null}
      {typeof state === 'object' ? (
        <p role="alert" className="nbg-Failed">
          {state.failed}
        </p>
      ) : null}
    </>
  );
}
