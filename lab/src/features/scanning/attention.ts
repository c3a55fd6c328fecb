/**
 * Work that is done while somebody sees what it is about, else as soon as somebody does.
 *
 * Needs nothing of JupyterLab.
 */
export class Attention {
  constructor(
    private readonly inSight: () => boolean,
    private readonly work: () => void
  ) {}

  /** Whether somebody sees it; where nobody does, that something was missed is remembered. */
  get given(): boolean {
    const seen = this.inSight();
    this.missed = !seen;
    return seen;
  }

  ask(): void {
    if (this.given) {
      this.work();
    }
  }

  /** Somebody may see it now. */
  look(): void {
    if (this.missed) {
      this.ask();
    }
  }

  private missed = false;
}
