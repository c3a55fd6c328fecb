/**
 * The names in Vault as rows of a list: each key of each path, and where the notebook uses it.
 *
 * Needs nothing of JupyterLab.
 */
import type { IReference, ISecret } from '../../shared/api/types';

/** A key at a path; `name` is empty where a path's keys may not be known. */
export interface INamed {
  readonly name: string;
  readonly secret: ISecret;
}

export function rowsOf(secrets: readonly ISecret[], search: string): INamed[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const all = secrets.flatMap((secret): INamed[] =>
    secret.keys.length
      ? secret.keys.map(({ reference }) => ({ name: reference, secret }))
      : [{ name: '', secret }]
  );
  return all.filter(({ name, secret }) => {
    const text = (name || secret.path).toLowerCase();
    return words.every(word => text.includes(word));
  });
}

/** The references of a notebook to this secret, in any version, one for each cell. */
export function usesOf(name: string, references: readonly IReference[]): IReference[] {
  const uses = new Map<string, IReference>();
  for (const reference of references) {
    const cell = reference.cell ?? '';
    if (reference.reference.replace(/@\d+$/, '') === name && !uses.has(cell)) {
      uses.set(cell, reference);
    }
  }
  return [...uses.values()];
}
