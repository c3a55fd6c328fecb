/**
 * When to scan: some time after the last change, with one scan under way at most.
 *
 * Needs nothing of JupyterLab.
 */
export class Scanner {
  /**
   * @param run - Scans what is there now; called again only after its promise settled.
   * @param delay - Milliseconds of quiet before a scan.
   * @param longest - Milliseconds after which a scan starts although changes go on (a cell that prints all the time).
   * @param wanted - Asked when the wait is over: what was seen when it changed may be out of sight by then.
   */
  constructor(
    private readonly run: () => Promise<void>,
    public delay: number,
    private readonly longest = 2000,
    private readonly wanted: () => boolean = () => true
  ) {}

  get isDisposed(): boolean {
    return this.disposed;
  }

  dispose(): void {
    this.disposed = true;
    this.stop();
  }

  /** Something changed. */
  touch(): void {
    if (this.disposed) {
      return;
    }
    const now = Date.now();
    this.first ??= now;
    clearTimeout(this.timer);
    const wait = Math.min(
      this.delay,
      Math.max(0, this.first + Math.max(this.longest, this.delay) - now)
    );
    this.timer = setTimeout(() => {
      if (this.wanted()) {
        void this.now();
      } else {
        this.stop();
      }
    }, wait);
  }

  /** Forgets a scan that waits for its time; one under way goes on. */
  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.first = undefined;
  }

  /** Resolves after a scan that began with or after this call: one under way may have missed the last change. */
  now(): Promise<void> {
    this.stop();
    if (this.disposed) {
      return Promise.resolve();
    }
    if (!this.running) {
      return this.start();
    }
    this.next ??= this.running.then(() => {
      this.next = undefined;
      return this.disposed ? undefined : this.start();
    });
    return this.next;
  }

  private start(): Promise<void> {
    const done = () => {
      this.running = undefined;
    };
    this.running = this.run().then(done, done);
    return this.running;
  }

  private disposed = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private first: number | undefined;
  private running: Promise<void> | undefined;
  private next: Promise<void> | undefined;
}
