/** The dialog that asks why a finding may stay. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';

import { IFinding, IReason } from '../../shared/api/types';
import { IStrings } from '../../shared/strings/strings';

/** A labelled input; the label is read with it. */
class Field {
  constructor(label: string, type: 'text' | 'date', hint = '') {
    this.node = document.createElement('label');
    this.node.className = 'nbg-Field';
    const text = document.createElement('span');
    text.textContent = label;
    this.input = document.createElement('input');
    this.input.type = type;
    this.input.className = 'jp-mod-styled';
    this.input.placeholder = hint;
    this.node.append(text, this.input);
  }

  get value(): string {
    return this.input.value.trim();
  }

  readonly node: HTMLLabelElement;
  readonly input: HTMLInputElement;
}

class ReasonForm extends Widget implements Dialog.IBodyWidget<IReason> {
  constructor(finding: IFinding, strings: IStrings) {
    super();
    this.addClass('nbg-ReasonForm');
    const what = document.createElement('p');
    what.textContent = `${finding.rule} · ${finding.match}`;
    this.reason = new Field(strings.reason, 'text', strings.reasonHint);
    this.reason.input.required = true;
    this.expires = new Field(strings.expires, 'date');
    this.approver = new Field(strings.approvedBy, 'text');
    this.node.append(what, this.reason.node, this.expires.node, this.approver.node);
  }

  getValue(): IReason {
    const expires = this.expires.value;
    const approver = this.approver.value;
    return {
      reason: this.reason.value,
      ...(expires ? { expires } : {}),
      ...(approver ? { approved_by: approver } : {})
    };
  }

  private readonly reason: Field;
  private readonly expires: Field;
  private readonly approver: Field;
}

/** Null when the user thought better of it. A reason is asked for until there is one. */
export async function askReason(finding: IFinding, strings: IStrings): Promise<IReason | null> {
  const answer = await showDialog({
    title: strings.allowTitle,
    body: new ReasonForm(finding, strings),
    buttons: [
      Dialog.cancelButton({ label: strings.cancel }),
      Dialog.okButton({ label: strings.allowButton })
    ],
    focusNodeSelector: 'input'
  });
  if (!answer.button.accept || !answer.value) {
    return null;
  }
  return answer.value.reason ? answer.value : askReason(finding, strings);
}
