/**
 * Which failed saves need no dialog: those that nobody asked for, of a file whose refusal was told already.
 *
 * Needs nothing of JupyterLab.
 */

/** What the server's refusals begin with: nbguard/jupyter/guard/wording.py. */
const REFUSED = 'nbguard: not saved';

export class Repeats {
  /** A person saves; counts until the promise settles. */
  asked(done: Promise<unknown>): void {
    this.asking += 1;
    const over = () => {
      this.asking -= 1;
    };
    done.then(over, over);
  }

  /** A save of this file failed. Whether the person knows it already, and asked for nothing. */
  failed(path: string, message: string): boolean {
    if (!message.startsWith(REFUSED)) {
      return false;
    }
    const again = this.refused.has(path);
    this.refused.add(path);
    return again && this.asking === 0;
  }

  /** The file was saved or closed: its next refusal is news. */
  over(path: string): void {
    this.refused.delete(path);
  }

  private asking = 0;
  private readonly refused = new Set<string>();
}
