/** Which panels somebody can see. */
import type { Widget } from '@lumino/widgets';

export class Sight {
  /** @param changed - Called when something may have come into sight. */
  constructor(changed: () => void) {
    this.observer = new IntersectionObserver(changed);
    document.addEventListener('visibilitychange', changed);
  }

  /** From now on `changed` is called for this panel. */
  watch(panel: Widget): void {
    this.observer.observe(panel.node);
    panel.disposed.connect(() => this.observer.unobserve(panel.node));
  }

  /** Whether one of them is shown, in a page that is; what has no panel can't be told. */
  shows(panels: readonly Widget[]): boolean {
    return !document.hidden && (!panels.length || panels.some(panel => panel.isVisible));
  }

  private readonly observer: IntersectionObserver;
}
