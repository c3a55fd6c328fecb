/** The dialog that asks under which name a value goes to Vault, or which secret that is there takes its place. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';

import { IFinding, IName } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';

function labelled(label: string, control: HTMLElement): HTMLLabelElement {
  const node = document.createElement('label');
  node.className = 'nbg-Field';
  const text = document.createElement('span');
  text.textContent = label;
  node.append(text, control);
  return node;
}

class NameForm extends Widget implements Dialog.IBodyWidget<IName> {
  constructor(
    finding: IFinding,
    private readonly proposed: string,
    existing: readonly string[],
    strings: IStrings
  ) {
    super();
    this.addClass('nbg-ReasonForm');
    const what = document.createElement('p');
    what.textContent = `${finding.rule} · ${finding.match}`;
    this.name.className = 'jp-mod-styled';
    this.name.value = proposed;
    this.name.spellcheck = false;
    this.node.append(what, labelled(strings.storeAs, this.name));
    if (existing.length) {
      this.existing.className = 'jp-mod-styled';
      this.existing.append(new Option(strings.noExisting, ''));
      this.existing.append(...existing.map(reference => new Option(reference, reference)));
      this.existing.addEventListener('change', () => {
        this.name.disabled = this.existing.value !== '';
      });
      const note = document.createElement('p');
      note.textContent = strings.existingNote;
      this.node.append(labelled(strings.useExisting, this.existing), note);
    }
  }

  getValue(): IName {
    const name = this.name.value.trim();
    if (this.existing.value) {
      return { reference: this.existing.value, existing: true };
    }
    return name && name !== this.proposed ? { reference: name } : {};
  }

  private readonly name = document.createElement('input');
  private readonly existing = document.createElement('select');
}

/** Null when the user thought better of it; an empty name is the proposed one. */
export async function askName(
  finding: IFinding,
  proposed: string,
  existing: readonly string[],
  strings: IStrings
): Promise<IName | null> {
  const answer = await showDialog({
    title: strings.move,
    body: new NameForm(finding, proposed, existing, strings),
    buttons: [
      Dialog.cancelButton({ label: strings.cancel }),
      Dialog.okButton({ label: strings.move })
    ],
    focusNodeSelector: 'input'
  });
  return answer.button.accept ? answer.value : null;
}

/** Whether the secret that was chosen is used though it holds another value; `message` says which. */
export async function askOther(message: string, strings: IStrings): Promise<boolean> {
  const answer = await showDialog({
    title: strings.otherTitle,
    body: `${message}. ${strings.otherBody}`,
    buttons: [
      Dialog.cancelButton({ label: strings.cancel }),
      Dialog.warnButton({ label: strings.useOther })
    ],
    defaultButton: 0
  });
  return answer.button.accept;
}
