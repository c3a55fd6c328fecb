/** The dialog with one finding and all that is known about it. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';

import { IFinding, Offer } from '../../shared/api/types';
import { offersFor } from '../../shared/findings/findings';
import { IStrings } from '../../shared/strings/strings';
import { describe } from '../../shared/widgets/tip';

/** Shows a finding with its actions as buttons, for those who don't hover; answers what was chosen. */
export async function showFinding(finding: IFinding, strings: IStrings): Promise<Offer | null> {
  const offers = offersFor(finding);
  const body = new Widget({ node: describe(finding, strings) });
  const answer = await showDialog({
    title: strings.findingTitle(finding.severity),
    body,
    buttons: [
      Dialog.cancelButton({ label: strings.close }),
      ...offers.map(action =>
        Dialog.createButton({ label: strings.action(action), actions: [action] })
      )
    ],
    hasClose: true,
    // The last button takes the text out: Enter must not.
    defaultButton: 0
  });
  const [chosen] = answer.button.actions;
  return offers.find(action => action === chosen) ?? null;
}
