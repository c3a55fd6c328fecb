/** The dialogs: the reason for an allow, and one finding with all that is known about it. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';

import { IStrings } from './strings';
import { describe } from './tip';
import { Action, IFinding } from './tokens';

export interface IReason {
  readonly reason: string;
  readonly expires?: string;
  readonly approved_by?: string;
}

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

/** Shows a finding with its actions as buttons, for those who don't hover; answers what was chosen. */
export async function showFinding(finding: IFinding, strings: IStrings): Promise<Action | null> {
  const body = new Widget({ node: describe(finding, strings) });
  const answer = await showDialog({
    title: strings.findingTitle(finding.severity),
    body,
    buttons: [
      Dialog.cancelButton({ label: strings.close }),
      ...finding.actions.map(action =>
        Dialog.createButton({ label: strings.action(action), actions: [action] })
      )
    ],
    hasClose: true
  });
  const [chosen] = answer.button.actions;
  return finding.actions.find(action => action === chosen) ?? null;
}
