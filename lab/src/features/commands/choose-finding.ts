/** The dialog that asks which finding is meant, where the cursor doesn't say so. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';

import { IFinding } from '../../shared/api/types';
import { placeInCell } from '../../shared/findings/describe';
import { IStrings } from '../../shared/strings/strings';

/** One finding of several; of one, whether it is meant. */
class Choice extends Widget implements Dialog.IBodyWidget<IFinding | null> {
  constructor(
    private readonly findings: readonly IFinding[],
    s: IStrings
  ) {
    super();
    this.addClass('nbg-Choice');
    const group = document.createElement('fieldset');
    const legend = document.createElement('legend');
    legend.textContent = s.chooseHint;
    group.append(legend);
    this.buttons = findings.map(finding => {
      const label = document.createElement('label');
      const button = document.createElement('input');
      button.type = 'radio';
      button.name = 'nbguard-finding';
      button.checked = findings.length === 1;
      const text = document.createElement('span');
      text.textContent = `${finding.provider_name ?? finding.rule}: ${placeInCell(finding, s)} (${finding.match})`;
      label.append(button, text);
      group.append(label);
      return button;
    });
    this.node.append(group);
  }

  getValue(): IFinding | null {
    return this.findings.find((_, index) => this.buttons[index].checked) ?? null;
  }

  private readonly buttons: readonly HTMLInputElement[];
}

/** Null when the user thought better of it. `accept` names what is done. It asks until one is chosen. */
export async function chooseFinding(
  findings: readonly IFinding[],
  accept: string,
  s: IStrings
): Promise<IFinding | null> {
  const answer = await showDialog({
    title: s.chooseTitle,
    body: new Choice(findings, s),
    buttons: [Dialog.cancelButton({ label: s.cancel }), Dialog.okButton({ label: accept })],
    focusNodeSelector: 'input'
  });
  if (!answer.button.accept) {
    return null;
  }
  return answer.value ?? chooseFinding(findings, accept, s);
}
