/** A secret in Vault: its name, version and age, the cells that use it, and what can be done with it. */
import * as React from 'react';

import { IReference, IVersion } from '../../shared/api/types';
import { cellName } from '../../shared/findings/describe';
import { IStrings } from '../../shared/strings/strings';
import { INamed } from './secret-names';
import { detailsOf, writtenOf } from './words';

/** What a row can have done. */
export interface ISecretDeeds {
  readonly insert: ((reference: string) => void) | null;
  readonly jump: (reference: IReference) => void;
  readonly versions: (reference: string) => Promise<readonly IVersion[]>;
}

export function SecretRow(props: {
  row: INamed;
  uses: readonly IReference[];
  indices: ReadonlyMap<string, number>;
  strings: IStrings;
  language?: string;
  deeds: ISecretDeeds;
}) {
  const { row, uses, indices, strings: s, language, deeds } = props;
  const { name, secret } = row;
  return (
    <li className="nbg-Secret" data-state={secret.state}>
      <div className="nbg-Secret-head">
        <code>{name || secret.path}</code>
        {name ? (
          <button
            type="button"
            className="nbg-Button"
            aria-label={s.insertSecret(name)}
            title={deeds.insert ? s.insertSecret(name) : s.nowhere}
            disabled={!deeds.insert}
            onClick={() => deeds.insert?.(name)}
          >
            {s.insert}
          </button>
        ) : null}
      </div>
      <div className="nbg-Finding-place">
        {secret.state === 'ok' ? null : <strong>{s.referenceState(secret.state)}</strong>}
        <span>{detailsOf(secret, s, language)}</span>
        {uses.length ? (
          <span>
            {`${s.usedIn} `}
            {uses.map(use => {
              const cell = cellName(indices.get(use.cell ?? '') ?? null, s);
              return (
                <button
                  key={use.cell}
                  type="button"
                  className="nbg-Finding-jump"
                  aria-label={s.go(`${name}, ${cell}`)}
                  onClick={() => deeds.jump(use)}
                >
                  {cell}
                </button>
              );
            })}
          </span>
        ) : null}
      </div>
      {name && secret.version !== null ? (
        <Versions name={name} strings={s} language={language} ask={deeds.versions} />
      ) : null}
    </li>
  );
}

/** Asked when it is unfolded. */
function Versions(props: {
  name: string;
  strings: IStrings;
  language?: string;
  ask: ISecretDeeds['versions'];
}) {
  const { name, strings: s, language, ask } = props;
  const [found, setFound] = React.useState<readonly IVersion[] | string | null>(null);
  const open = (event: React.SyntheticEvent<HTMLDetailsElement>) => {
    if (event.currentTarget.open) {
      ask(name).then(setFound, error => setFound(String(error?.message ?? error)));
    }
  };
  return (
    <details className="nbg-Versions" onToggle={open}>
      <summary aria-label={s.versionsOf(name)}>{s.versions}</summary>
      {found === null ? <p>{s.askingVault}</p> : null}
      {typeof found === 'string' ? <p role="alert">{found}</p> : null}
      {Array.isArray(found) && !found.length ? <p>{s.noVersions}</p> : null}
      {Array.isArray(found) ? (
        <ol>
          {(found as readonly IVersion[]).map(({ version, created, state }) => (
            <li key={version}>
              {[s.version(version), writtenOf(created, s, language), s.versionState(state)]
                .filter(Boolean)
                .join(', ')}
            </li>
          ))}
        </ol>
      ) : null}
    </details>
  );
}
