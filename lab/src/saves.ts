/** Toasts about saves that the server refused, changed or warned of: one for a file, renewed and not repeated. */
import { Notification } from '@jupyterlab/apputils';

import { IStrings } from './strings';

/** The data of the server's event `save`. */
export interface ISaveEvent {
  readonly path: string;
  readonly action: 'blocked' | 'stripped' | 'warned' | 'failed';
  readonly findings: number;
  readonly message: string;
}

/** Milliseconds after which a refusal that goes on is shown again. Autosave tries again all the time. */
const AGAIN = 60_000;
/** Milliseconds that a toast stays which needs no action. */
const STAYS = 8_000;

interface IShown {
  readonly id: string;
  readonly text: string;
  readonly lasting: boolean;
  at: number;
}

export class SaveToasts {
  constructor(
    private readonly strings: IStrings,
    private readonly show: (path: string) => void
  ) {}

  tell(event: ISaveEvent, now = Date.now()): void {
    const { path, action } = event;
    const s = this.strings;
    const head = {
      blocked: s.saveBlocked(path),
      stripped: s.saveStripped(path),
      warned: s.saveWarned(path),
      failed: s.saveFailed(path)
    }[action];
    if (!head) {
      return;
    }
    const text = `${head} ${s.findings(event.findings)}.`;
    const lasting = action === 'blocked' || action === 'failed';
    const before = this.shown.get(path);
    const visible = before !== undefined && Notification.manager.has(before.id);
    if (before?.text === text && (visible || !lasting || now - before.at < AGAIN)) {
      return;
    }
    const options = {
      autoClose: lasting ? (false as const) : STAYS,
      actions: [{ label: s.showFindings, callback: () => this.show(path) }]
    };
    const type = lasting ? 'error' : 'warning';
    if (before && visible) {
      Notification.update({ id: before.id, message: text, type, ...options });
    }
    const id = before && visible ? before.id : Notification.emit(text, type, options);
    this.shown.set(path, { id, text, lasting, at: now });
  }

  /** The file was saved: a refusal is over. */
  saved(path: string): void {
    const before = this.shown.get(path);
    if (before?.lasting) {
      Notification.dismiss(before.id);
      this.shown.delete(path);
    }
  }

  private readonly shown = new Map<string, IShown>();
}
