/**
 * Findings as data: order, grouping, which one is meant.
 *
 * Needs nothing of JupyterLab.
 */
import type { IFinding, Offer, Severity } from '../api/types';

/** From low to high. */
export const SEVERITIES: readonly Severity[] = ['low', 'medium', 'high', 'critical'];

/** Whether it stands in a text that people edit: a cell's source, or a file. */
export function inText({ where }: IFinding): boolean {
  return where === 'source' || where === 'file';
}

export function atLeast(finding: IFinding, severity: Severity): boolean {
  return SEVERITIES.indexOf(finding.severity) >= SEVERITIES.indexOf(severity);
}

/** In the order of the notebook: by cell, sources before outputs, by place. */
export function ordered(findings: readonly IFinding[]): IFinding[] {
  const cell = (finding: IFinding) => finding.cell?.index ?? Number.MAX_SAFE_INTEGER;
  const output = (finding: IFinding) =>
    inText(finding) ? -1 : (finding.output ?? Number.MAX_SAFE_INTEGER);
  return [...findings].sort(
    (one, other) =>
      cell(one) - cell(other) ||
      output(one) - output(other) ||
      one.line - other.line ||
      one.column - other.column
  );
}

/** By the id of the cell; findings of the notebook itself are under the empty id. */
export function byCell(findings: readonly IFinding[]): Map<string, IFinding[]> {
  const groups = new Map<string, IFinding[]>();
  for (const finding of findings) {
    const id = finding.cell?.id ?? '';
    const group = groups.get(id);
    if (group) {
      group.push(finding);
    } else {
      groups.set(id, [finding]);
    }
  }
  return groups;
}

/** The finding of `findings` that `finding` of an older scan is now: the same value in the same cell, the nearest. */
export function counterpart(findings: readonly IFinding[], finding: IFinding): IFinding | null {
  let best: IFinding | null = null;
  let shortest = Infinity;
  for (const other of findings) {
    if (
      other.fingerprint !== finding.fingerprint ||
      other.where !== finding.where ||
      (other.cell?.id ?? null) !== (finding.cell?.id ?? null) ||
      other.output !== finding.output
    ) {
      continue;
    }
    const distance = Math.abs((other.from ?? 0) - (finding.from ?? 0));
    if (distance < shortest) {
      best = other;
      shortest = distance;
    }
  }
  return best;
}

/** A place in a notebook: the index of a cell and the offset in its source; null when the cursor isn't in it. */
export interface IPosition {
  readonly cell: number;
  readonly offset: number | null;
}

/** The finding after (or before) a position, round and round; `findings` are in the order of the notebook. */
export function following(
  findings: readonly IFinding[],
  position: IPosition,
  forward: boolean
): IFinding | null {
  const offset = position.offset ?? (forward ? -1 : 0);
  const compare = (finding: IFinding) =>
    (finding.cell?.index ?? Infinity) - position.cell || (finding.from ?? Infinity) - offset;
  if (forward) {
    return findings.find(finding => compare(finding) > 0) ?? findings[0] ?? null;
  }
  const before = findings.filter(finding => compare(finding) < 0);
  return before[before.length - 1] ?? findings[findings.length - 1] ?? null;
}

/** Findings of an older scan with the indices their cells have now; without those whose cell is gone. */
export function reindexed(findings: readonly IFinding[], cells: readonly string[]): IFinding[] {
  const indices = new Map(cells.map((id, index) => [id, index]));
  return findings.flatMap(finding => {
    const index = indices.get(finding.cell?.id ?? '');
    if (finding.cell === null) {
      return [finding];
    }
    return index === undefined ? [] : [{ ...finding, cell: { ...finding.cell, index } }];
  });
}

/** What can be done, as it is offered: the plain move first, and behind it the one that asks for the name. */
export function offersFor({ actions }: IFinding): Offer[] {
  return actions.flatMap(action => (action === 'move' ? [action, 'move-as' as const] : [action]));
}

/** Tells findings of one notebook apart, also while they move. */
export function keyOf(finding: IFinding): string {
  const { fingerprint, cell, where, output, line, column } = finding;
  return [fingerprint, cell?.id ?? cell?.index ?? '', where, output ?? '', line, column].join(' ');
}
