/**
 * Values that are in Vault, and in how many places of the sources each still is: in more of them, it came back.
 *
 * Needs nothing of JupyterLab.
 */
import type { IEdit, IFinding } from '../api/types';
import { inText } from './findings';

interface IMovedValue {
  readonly reference: string;
  /** The number of the move; a scan that began before it knows nothing of what it left. */
  readonly move: number;
  places: number;
}

/** The findings in sources that edits leave as they are. */
export function untouched(findings: readonly IFinding[], edits: readonly IEdit[]): IFinding[] {
  return findings.filter(
    ({ cell, from, to }) =>
      !edits.some(
        edit =>
          edit.cell === (cell?.id ?? '') &&
          from !== null &&
          to !== null &&
          edit.from < to &&
          from < edit.to
      )
  );
}

export class MovedValues {
  /** How many moves there were; a scan remembers how many there were when it began. */
  get moves(): number {
    return this.made;
  }

  /** A value was moved, and `left` are the findings in sources that the edits left. */
  add(fingerprint: string, reference: string, left: readonly IFinding[]): void {
    this.made += 1;
    const places = countOf(fingerprint, left);
    this.values.set(fingerprint, { reference, move: this.made, places });
  }

  /** Where it is kept. */
  reference(fingerprint: string): string {
    return this.values.get(fingerprint)?.reference ?? '';
  }

  /**
   * The findings whose value is in more places than was known: undo, a paste or another user brought it back.
   *
   * @param findings - What a scan found.
   * @param began - How many moves there were when the sources were taken for it.
   */
  returned(findings: readonly IFinding[], began: number): IFinding[] {
    const back: IFinding[] = [];
    for (const [fingerprint, value] of this.values) {
      if (value.move > began) {
        continue;
      }
      const places = countOf(fingerprint, findings);
      if (places > value.places) {
        back.push(...findings.filter(found => inText(found) && found.fingerprint === fingerprint));
      }
      value.places = places;
    }
    return back;
  }

  private readonly values = new Map<string, IMovedValue>();
  private made = 0;
}

function countOf(fingerprint: string, findings: readonly IFinding[]): number {
  return findings.filter(found => inText(found) && found.fingerprint === fingerprint).length;
}
