/** Toasts about saves that the server refused, changed or warned of: one for a file, renewed and not repeated. */
import { Notification } from '@jupyterlab/apputils';

import { IStrings } from '../../shared/strings/strings';

/** The data of the server's event `save`. */
export interface ISaveEvent {
  readonly path: string;
  readonly action: 'blocked' | 'stripped' | 'warned' | 'failed' | 'over';
  /** What was done, or refused: `saved`, `uploaded`, `copied`, `renamed`, `restored`, `downloaded`, `exported`. */
  readonly deed: string;
  readonly findings: number;
  readonly message: string;
}

function isSave({ deed }: ISaveEvent): boolean {
  return deed === 'saved' || deed === 'uploaded';
}

/** Milliseconds after which a refusal that goes on is shown again. Autosave tries again all the time. */
const AGAIN = 60_000;
/** Milliseconds that a toast stays which needs no action. */
const STAYS = 8_000;

interface IShown {
  readonly id: string;
  readonly text: string;
  /** Of a save that was refused: it goes when one works, however long it was to stay. */
  readonly refused: boolean;
  at: number;
}

export class SaveToasts {
  constructor(
    private readonly strings: IStrings,
    private readonly show: (path: string) => void,
    private readonly isOpen: (path: string) => boolean
  ) {}

  tell(event: ISaveEvent, now = Date.now()): void {
    const { path, action } = event;
    if (action === 'over') {
      this.over(path);
      return;
    }
    const text = this.words(event);
    // Of what isn't open nobody here would be told when it is over.
    const refused = action === 'blocked' && isSave(event);
    const lasting = refused && this.isOpen(path);
    // What becomes of a copy that leaves says nothing of the file's own saves.
    const key = isSave(event) ? path : `${event.deed} ${path}`;
    const before = this.shown.get(key);
    const visible = before !== undefined && Notification.manager.has(before.id);
    if (before?.text === text && (visible || !lasting || now - before.at < AGAIN)) {
      return;
    }
    const options = {
      autoClose: lasting ? (false as const) : STAYS,
      actions: [{ label: this.strings.showFindings, callback: () => this.show(path) }]
    };
    const type = action === 'blocked' ? 'error' : 'warning';
    if (before && visible) {
      Notification.update({ id: before.id, message: text, type, ...options });
    }
    const id = before && visible ? before.id : Notification.emit(text, type, options);
    this.shown.set(key, { id, text, refused, at: now });
  }

  /** A toast shows 140 characters: the name of the file, how many findings, and the way out. */
  private words(event: ISaveEvent): string {
    const s = this.strings;
    const name = event.path.split('/').pop() ?? event.path;
    const found = event.findings ? ` ${s.findings(event.findings)}.` : '';
    switch (event.action) {
      case 'blocked':
        if (!isSave(event)) {
          return `${s.notDone(event.deed, name)}${found}`;
        }
        return found ? `${s.saveBlocked(name)}${found} ${s.saveWayOut}` : event.message;
      case 'stripped':
        return `${s.saveStripped(name)}${found}`;
      case 'warned':
        return `${s.doneWarned(event.deed, name)}${found}`;
      case 'failed':
        return isSave(event) ? `${s.saveFailed(name)} ${event.message}` : event.message;
      default:
        return event.message;
    }
  }

  /** The file was saved, or is gone: a refusal is over. */
  over(path: string): void {
    const before = this.shown.get(path);
    if (before?.refused) {
      Notification.dismiss(before.id);
      this.shown.delete(path);
    }
  }

  private readonly shown = new Map<string, IShown>();
}
