/**
 * What an editor should show, and whether it shows it already.
 *
 * Needs nothing of JupyterLab.
 */
import type { Severity } from '../../shared/api/types';

/** What tells one mark from another: the finding, as far as it shows, and the place. */
export interface IMark {
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

/** CodeMirror's words for our severities. */
export const LEVELS: Readonly<Record<Severity, 'error' | 'warning' | 'info'>> = {
  critical: 'error',
  high: 'error',
  medium: 'warning',
  low: 'info'
};

/**
 * Whether both are the same marks. Setting marks anew closes an open hover tip, and a notebook tells of changes that
 * no cell's source has part in, so it is done only when there is something new.
 */
export function sameMarks(shown: readonly IMark[], wanted: readonly IMark[]): boolean {
  if (shown.length !== wanted.length) {
    return false;
  }
  const text = (marks: readonly IMark[]) =>
    marks.map(mark => `${mark.from} ${mark.to} ${mark.key}`).sort();
  const ours = text(wanted);
  return text(shown).every((mark, index) => mark === ours[index]);
}
