/**
 * Every text a user sees, in `strings/`.
 *
 * `strings(translator)` answers texts, and functions that make one, in the user's language; the domain is `nbguard`.
 */
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { core } from './core';
import { panels } from './panels';
import { vault } from './vault';

export type IStrings = ReturnType<typeof core> &
  ReturnType<typeof panels> &
  ReturnType<typeof vault>;

export function strings(translator?: ITranslator | null): IStrings {
  const trans = (translator ?? nullTranslator).load('nbguard');
  return { ...core(trans), ...panels(trans), ...vault(trans) };
}
