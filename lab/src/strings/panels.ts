/** The texts of the panels, the status bar, the marks at outputs and the notifications of events. */
import type { TranslationBundle } from '@jupyterlab/translation';

export function panels(trans: TranslationBundle) {
  return {
    panelTitle: trans.__('nbguard')
  };
}
