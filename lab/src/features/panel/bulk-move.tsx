/** Moving many credentials at once: the question before, the progress meanwhile, the result after. */
import { Dialog, showDialog } from '@jupyterlab/apputils';
import { Widget } from '@lumino/widgets';
import * as React from 'react';

import { IFinding } from '../../shared/api/types';
import { placeOf } from '../../shared/findings/describe';
import { keyOf } from '../../shared/findings/findings';
import { IStrings } from '../../shared/strings/strings';
import { INotebookFindings, IOutcome } from '../../shared/tokens/nbguard';
import { byProvider, IProviderGroup, nameOf } from './listing';

/** What a bulk move came to, or how far it is. */
export type IBulkMove =
  | { readonly state: 'none' }
  | { readonly state: 'moving'; readonly done: number; readonly all: number }
  | { readonly state: 'done'; readonly outcome: IOutcome };

/** The credentials by provider, with a tick each; unticked ones stay. */
class MoveChoice extends Widget implements Dialog.IBodyWidget<readonly IFinding[]> {
  constructor(
    private readonly findings: readonly IFinding[],
    s: IStrings
  ) {
    super();
    this.addClass('nbg-Choice');
    this.addClass('nbg-MoveChoice');
    const explained = document.createElement('p');
    explained.textContent = s.moveExplained;
    const whole = document.createElement('fieldset');
    const legend = document.createElement('legend');
    legend.textContent = s.moveLegend;
    whole.append(legend);
    for (const group of byProvider(findings, s.otherProviders)) {
      whole.append(...this.drawGroup(group, s));
    }
    this.node.append(explained, whole);
  }

  /** A tick for each, and one for all of a provider that has several. */
  private drawGroup({ name, findings }: IProviderGroup, s: IStrings): HTMLElement[] {
    const own = findings.map(finding =>
      tick(`${finding.provider_name ?? nameOf(finding)}: ${placeOf(finding, s)} (${finding.match})`)
    );
    findings.forEach((finding, index) => this.boxes.set(finding, own[index].box));
    if (own.length < 2) {
      return own.map(({ label }) => label);
    }
    const all = tick(s.allOf(findings.length, name));
    all.label.classList.add('nbg-mod-all');
    all.box.addEventListener('change', () => {
      own.forEach(({ box }) => (box.checked = all.box.checked));
    });
    for (const { box, label } of own) {
      label.classList.add('nbg-mod-one');
      box.addEventListener('change', () => {
        const ticked = own.filter(other => other.box.checked).length;
        all.box.checked = ticked === own.length;
        all.box.indeterminate = ticked > 0 && ticked < own.length;
      });
    }
    return [all.label, ...own.map(({ label }) => label)];
  }

  getValue(): readonly IFinding[] {
    return this.findings.filter(finding => this.boxes.get(finding)?.checked);
  }

  private readonly boxes = new Map<IFinding, HTMLInputElement>();
}

function tick(text: string): { readonly label: HTMLLabelElement; readonly box: HTMLInputElement } {
  const label = document.createElement('label');
  const box = document.createElement('input');
  box.type = 'checkbox';
  box.checked = true;
  const said = document.createElement('span');
  said.textContent = text;
  label.append(box, said);
  return { label, box };
}

/** Asks which of the findings to move; none where the question was cancelled. */
export async function chooseMoves(
  findings: readonly IFinding[],
  s: IStrings
): Promise<readonly IFinding[]> {
  const answer = await showDialog({
    title: s.moveTitle,
    body: new MoveChoice(findings, s),
    buttons: [
      Dialog.cancelButton({ label: s.cancel }),
      Dialog.okButton({ label: s.moveAccept, ariaLabel: s.moveTitle })
    ]
  });
  return answer.button.accept && answer.value ? answer.value : [];
}

/** Moves the findings and tells how far it is, by what a rescan no longer finds. */
export async function moveMany(
  notebook: INotebookFindings,
  findings: readonly IFinding[],
  tell: (state: IBulkMove) => void
): Promise<void> {
  const all = findings.length;
  const wanted = new Set(findings.map(finding => finding.fingerprint));
  const values = wanted.size;
  const count = () => {
    const left = new Set(
      notebook.findings
        .filter(finding => finding.where === 'source' && wanted.has(finding.fingerprint))
        .map(finding => finding.fingerprint)
    ).size;
    tell({ state: 'moving', done: Math.round((all * (values - left)) / values), all });
  };
  tell({ state: 'moving', done: 0, all });
  notebook.changed.connect(count);
  try {
    const outcome = await notebook.moveAll(findings);
    tell({ state: 'done', outcome });
  } finally {
    notebook.changed.disconnect(count);
  }
}

/** Progress and result, read out by screen readers when they change. */
export function BulkMoveState(props: { move: IBulkMove; strings: IStrings; onClose: () => void }) {
  const { move, strings: s, onClose } = props;
  return (
    <div role="status" aria-live="polite" className="nbg-Bulk">
      {move.state === 'moving' ? (
        <>
          <progress max={move.all} value={move.done} aria-hidden="true" />
          <span>{s.movingProgress(move.done, move.all)}</span>
        </>
      ) : null}
      {move.state === 'done' ? (
        <>
          {move.outcome.done ? <p>{s.movedAll(move.outcome.done)}</p> : null}
          {move.outcome.left.length ? (
            <>
              <p>{s.movedNot(move.outcome.left.length)}</p>
              <ul>
                {move.outcome.left.map(({ finding, reason }) => (
                  <li key={keyOf(finding)}>
                    {placeOf(finding, s)}: {reason}
                  </li>
                ))}
              </ul>
            </>
          ) : null}
          <button type="button" className="nbg-Button" onClick={onClose}>
            {s.close}
          </button>
        </>
      ) : null}
    </div>
  );
}
