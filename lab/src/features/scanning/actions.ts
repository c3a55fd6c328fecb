/** What can be done about a finding: the requests, the edits, and what the user is told. */
import { Dialog, Notification, showDialog } from '@jupyterlab/apputils';
import type { ICodeCellModel } from '@jupyterlab/cells';
import { allow, ApiError, move } from '../../shared/api/client';
import { listSecrets } from '../../shared/api/secrets-client';
import { IEdit, IFinding, IMoved, IName, INotebookRequest, Style } from '../../shared/api/types';
import { counterpart, inText } from '../../shared/findings/findings';
import type { MovedValues } from '../../shared/findings/moved-values';
import { IOutcome } from '../../shared/tokens/nbguard';
import { applyEdits, Changed } from './apply-edits';
import { askName, askOther } from './ask-name';
import { askReason } from './ask-reason';
import type { IActedOn, IHost } from './host';
import { IPart, partsOf } from './parts';
import { tellError, tellMoved, tellOutputs } from './tellings';

/** How often a request is made again because the notebook was edited while it was under way. */
const ATTEMPTS = 3;

export class Actions {
  constructor(
    private readonly notebook: IActedOn,
    private readonly host: IHost
  ) {}

  /** Asks for the name first, or for the secret that takes the value's place. */
  async moveAs(finding: IFinding, style: Style): Promise<boolean> {
    const { strings, serverSettings } = this.host;
    let name: IName | null = null;
    const asked = await this.told(async () => {
      const proposed = await this.attempt(finding, (current, request) =>
        move(serverSettings, request, current, style, { preview: true })
      );
      const existing = await this.existing();
      name = await askName(finding, this.reference(proposed), existing, strings);
    });
    return asked && name !== null && this.move(finding, style, name);
  }

  /** References of what is in Vault, as far as one answer says; none where Vault doesn't tell. */
  private async existing(): Promise<string[]> {
    try {
      const path = this.notebook.context.localPath;
      const { secrets } = await listSecrets(this.host.serverSettings, { path });
      return secrets.flatMap(({ keys }) => keys.map(({ reference }) => reference));
    } catch {
      return [];
    }
  }

  async move(finding: IFinding, style: Style, name: IName = {}): Promise<boolean> {
    return this.told(async () => {
      const moved = await this.storeAs(finding, style, name);
      if (!moved) {
        return;
      }
      const { strings } = this.host;
      const what = strings.moved(this.reference(moved));
      const inSources = moved.left.filter(left => left.output === null);
      if (inSources.length) {
        const cells = inSources.map(left => this.cellNumber(left.cell ?? '')).join(', ');
        Notification.warning(`${what} ${strings.leftIn(cells, inSources[0].reason)}`, {
          autoClose: false
        });
      } else {
        tellMoved(what, finding, strings);
      }
      this.tellLeft(moved);
    });
  }

  private tellLeft(moved: IMoved): void {
    const { strings } = this.host;
    const left = moved.left.flatMap(({ cell: id, output }) => {
      const cell = this.part(id ?? '')?.cell;
      return cell?.type === 'code' && output !== null
        ? [
            {
              cell: cell as ICodeCellModel,
              name: strings.outputOfCell(output + 1, this.cellNumber(id ?? ''))
            }
          ]
        : [];
    });
    if (left.length) {
      tellOutputs(left, this.notebook, strings);
    }
  }

  async moveAll(findings: readonly IFinding[], style: Style): Promise<IOutcome> {
    const { strings } = this.host;
    const left: { finding: IFinding; reason: string }[] = [];
    const done = new Set<string>();
    const id = Notification.emit(strings.movingMany(findings.length), 'in-progress', {
      autoClose: false
    });
    for (const finding of findings) {
      // All places of a value go with the first of them.
      if (done.has(finding.fingerprint)) {
        continue;
      }
      try {
        await this.store(finding, style);
        done.add(finding.fingerprint);
      } catch (error) {
        left.push({ finding, reason: this.reason(error) });
      }
    }
    const settled = findings.filter(finding => done.has(finding.fingerprint)).length;
    Notification.update({
      id,
      message: left.length
        ? strings.movedSome(settled, left.length, left[0].reason)
        : strings.movedMany(settled),
      type: left.length ? 'warning' : 'success',
      autoClose: left.length ? false : 5000
    });
    return { done: settled, left };
  }

  async allow(finding: IFinding): Promise<boolean> {
    const asked = await askReason(finding, this.host.strings);
    if (!asked) {
      return false;
    }
    return this.told(async () => {
      await this.attempt(finding, async (current, request) => {
        const answer = await allow(this.host.serverSettings, request, current, asked);
        this.edit(request, answer.edits, true);
        for (const { cell, nbguard } of answer.metadata) {
          this.part(cell)?.cell?.setMetadata('nbguard', nbguard);
        }
      });
      Notification.success(this.host.strings.allowed(finding.rule), { autoClose: 5000 });
    });
  }

  async remove(finding: IFinding): Promise<boolean> {
    const { strings } = this.host;
    const asked = await showDialog({
      title: strings.removeTitle,
      body: strings.removeBody(finding.match, this.cellNumber(finding.cell?.id ?? '')),
      buttons: [
        Dialog.cancelButton({ label: strings.cancel }),
        Dialog.warnButton({ label: strings.remove })
      ],
      defaultButton: 0
    });
    if (!asked.button.accept) {
      return false;
    }
    return this.told(() =>
      this.attempt(finding, async (current, request) => {
        const { from, to, cell } = current;
        if (from === null || to === null || (cell && !cell.id)) {
          throw new Error(strings.notInSource);
        }
        this.edit(request, [{ cell: cell?.id ?? '', from, to, insert: '' }], true);
      })
    );
  }

  async clearOutput(finding: IFinding): Promise<boolean> {
    return this.told(async () => {
      this.writable();
      const cell = this.part(finding.cell?.id ?? '')?.cell;
      if (cell?.type !== 'code') {
        throw new Error(this.host.strings.gone);
      }
      (cell as ICodeCellModel).clearExecution();
      await this.notebook.scanNow();
    });
  }

  /** A value that is in Vault is in a source again. */
  tellReturned(findings: readonly IFinding[], moved: MovedValues): void {
    const { strings } = this.host;
    const [first] = findings;
    const cell = this.cellNumber(first.cell?.id ?? '');
    const id = Notification.warning(strings.returned(moved.reference(first.fingerprint), cell), {
      autoClose: false,
      actions: [
        {
          label: strings.replaceAgain,
          displayType: 'accent',
          callback: () => {
            Notification.dismiss(id);
            void this.notebook.moveAll(findings);
          }
        }
      ]
    });
  }

  /** As `store` does; asks where the secret that was chosen holds another value. Null: nothing was done. */
  private async storeAs(finding: IFinding, style: Style, name: IName): Promise<IMoved | null> {
    try {
      return await this.store(finding, style, name);
    } catch (error) {
      if (!(error instanceof ApiError) || error.reason !== 'other-value') {
        throw error;
      }
      const agreed = await askOther(error.message, this.host.strings);
      return agreed ? this.store(finding, style, { ...name, other_value: true }) : null;
    }
  }

  /** Moves and edits. The undo history of the edited cells goes: it would bring the value back. */
  private async store(finding: IFinding, style: Style, name: IName = {}): Promise<IMoved> {
    return this.attempt(finding, async (current, request) => {
      const answer = await move(this.host.serverSettings, request, current, style, name);
      this.edit(request, answer.edits, false);
      this.notebook.guard(current.fingerprint, this.reference(answer), answer.edits);
      return answer;
    });
  }

  /**
   * Does `act` with the finding as it is now and the notebook as it is now; again when the notebook was edited
   * meanwhile, which loses nothing: the server stores a value once.
   */
  private async attempt<T>(
    finding: IFinding,
    act: (current: IFinding, request: INotebookRequest) => Promise<T>
  ): Promise<T> {
    this.writable();
    let whole = true;
    for (let left = ATTEMPTS; ; left--) {
      await this.notebook.scanNow();
      const current = counterpart(this.notebook.findings, finding);
      if (!current) {
        throw new Error(this.host.strings.gone);
      }
      // What is done to a source tells where the same value stands in outputs, too.
      const request = whole ? this.notebook.requestWithOutputs() : this.notebook.request();
      try {
        const done = await act(current, request);
        await this.notebook.scanNow();
        return done;
      } catch (error) {
        const tooLarge = error instanceof ApiError && error.status === 413;
        if (tooLarge && whole && inText(current)) {
          whole = false;
        } else if (!(error instanceof Changed) || left <= 1) {
          throw error;
        }
      }
    }
  }

  /** Applies edits, if the notebook is what they were made for. */
  private edit(request: INotebookRequest, edits: readonly IEdit[], undoable: boolean): void {
    this.writable();
    applyEdits(this.notebook.context.model, request, edits, undoable, this.host.strings);
  }

  /** Runs an action; a failure is told and answers false. */
  private async told(action: () => Promise<void>): Promise<boolean> {
    try {
      await action();
      return true;
    } catch (error) {
      tellError(this.reason(error), this.host.strings);
      return false;
    }
  }

  private reason(error: unknown): string {
    if (error instanceof ApiError && error.status === 404) {
      return error.message || this.host.strings.gone;
    }
    return error instanceof Error ? error.message : String(error);
  }

  private writable(): void {
    if (this.notebook.context.model.readOnly) {
      throw new Error(this.host.strings.readOnly);
    }
  }

  private part(id: string): IPart | null {
    return partsOf(this.notebook.context.model).find(part => part.id === id) ?? null;
  }

  /** As people count; empty for the text of a file. */
  private cellNumber(id: string): string {
    const parts = partsOf(this.notebook.context.model);
    const index = parts.findIndex(part => part.id === id);
    return parts[index]?.cell === null ? '' : index < 0 ? '?' : String(index + 1);
  }

  private reference(moved: IMoved): string {
    return moved.mount === 'secret' ? moved.reference : `${moved.mount}:${moved.reference}`;
  }
}
