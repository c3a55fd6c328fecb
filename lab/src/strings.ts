/**
 * Every text a user sees, in one place.
 *
 * `strings(translator)` answers functions and texts in the user's language; the domain is `nbguard`.
 */
import { ITranslator, nullTranslator, TranslationBundle } from '@jupyterlab/translation';

function core(trans: TranslationBundle) {
  return {
    move: trans.__('Move to Vault'),
    env: trans.__('Use environment variable'),
    allow: trans.__('Allow…'),
    remove: trans.__('Remove'),
    clearOutput: trans.__('Clear output')
  };
}

/** The panels' texts. */
function panels(trans: TranslationBundle) {
  return {
    panelTitle: trans.__('nbguard')
  };
}

export type IStrings = ReturnType<typeof core> & ReturnType<typeof panels>;

export function strings(translator?: ITranslator | null): IStrings {
  const trans = (translator ?? nullTranslator).load('nbguard');
  return { ...core(trans), ...panels(trans) };
}
