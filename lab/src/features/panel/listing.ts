/** Which findings a list shows, in which groups. Pure: no JupyterLab in it. */
import type { IFinding, Kind, Severity } from '../../shared/api/types';
import { atLeast, SEVERITIES } from '../../shared/findings/findings';

export const KINDS: readonly Kind[] = ['credential', 'sample-data', 'quantum-metadata', 'hygiene'];

/** What is shown: findings that hold every word of `text`, of a kind, and of a severity or above. */
export interface IFilter {
  readonly text: string;
  readonly kind: Kind | '';
  readonly severity: Severity | '';
}

export const EVERYTHING: IFilter = { text: '', kind: '', severity: '' };

/** The findings of one cell; `index` counts from 0 and is null for what belongs to no cell. */
export interface IGroup {
  readonly key: string;
  readonly index: number | null;
  readonly type: string;
  readonly findings: readonly IFinding[];
}

export function matches(finding: IFinding, filter: IFilter): boolean {
  if (filter.kind && finding.kind !== filter.kind) {
    return false;
  }
  if (filter.severity && !atLeast(finding, filter.severity)) {
    return false;
  }
  const words = filter.text.toLowerCase().split(/\s+/).filter(Boolean);
  const text = [
    finding.rule,
    finding.provider ?? '',
    finding.provider_name ?? '',
    finding.message,
    finding.where,
    finding.match
  ]
    .join('\n')
    .toLowerCase();
  return words.every(word => text.includes(word));
}

/** In the order of the notebook; what belongs to no cell comes last. */
export function groupByCell(findings: readonly IFinding[]): IGroup[] {
  const groups = new Map<string, IFinding[]>();
  for (const finding of findings) {
    const key = finding.cell ? `${finding.cell.index}` : '';
    const group = groups.get(key);
    if (group) {
      group.push(finding);
    } else {
      groups.set(key, [finding]);
    }
  }
  return Array.from(groups, ([key, members]) => ({
    key,
    index: members[0].cell?.index ?? null,
    type: members[0].cell?.type ?? '',
    findings: members
  })).sort((a, b) => (a.index ?? Infinity) - (b.index ?? Infinity));
}

/** How many of each severity, the gravest first; severities that don't occur are left out. */
export function countBySeverity(findings: readonly IFinding[]): [Severity, number][] {
  return [...SEVERITIES]
    .reverse()
    .map((severity): [Severity, number] => [
      severity,
      findings.filter(finding => finding.severity === severity).length
    ])
    .filter(([, count]) => count > 0);
}
