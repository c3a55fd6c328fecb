/** Which findings a list shows, in which order. Pure: no JupyterLab in it. */
import type { Action, IFinding, Kind, Severity } from '../../shared/api/types';
import { atLeast, ordered, SEVERITIES } from '../../shared/findings/findings';

export const KINDS: readonly Kind[] = ['credential', 'sample-data', 'quantum-metadata', 'hygiene'];

/** What is shown: findings that hold every word of `text`, of a kind, and of a severity or above. */
export interface IFilter {
  readonly text: string;
  readonly kind: Kind | '';
  readonly severity: Severity | '';
}

export const EVERYTHING: IFilter = { text: '', kind: '', severity: '' };

/** A column to sort by. The place is the order of the notebook. */
export type Column = 'severity' | 'name' | 'place';

export interface ISort {
  readonly by: Column;
  readonly down: boolean;
}

/** The order of the notebook. */
export const AS_IN_NOTEBOOK: ISort = { by: 'place', down: false };

/** The findings of one provider, or of none that is known. */
export interface IProviderGroup {
  readonly name: string;
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

/** What a person calls it: the credential or the kind of data, never the rule. */
export function nameOf(finding: IFinding): string {
  return finding.message || finding.provider_name || finding.rule;
}

/** In another order. Findings that are alike there stay in the order of the notebook, either way. */
export function sorted(findings: readonly IFinding[], sort: ISort): IFinding[] {
  const places = ordered(findings);
  const sign = sort.down ? -1 : 1;
  const collator = new Intl.Collator(undefined, { sensitivity: 'base', numeric: true });
  switch (sort.by) {
    case 'severity':
      // The gravest is what one looks for first.
      return places.sort(
        (a, b) => sign * (SEVERITIES.indexOf(b.severity) - SEVERITIES.indexOf(a.severity))
      );
    case 'name':
      return places.sort((a, b) => sign * collator.compare(nameOf(a), nameOf(b)));
    default:
      return sort.down ? places.reverse() : places;
  }
}

/** The order after a click on a column: by it, and the other way round where it is by it already. */
export function sortedOn(sort: ISort, by: Column): ISort {
  return { by, down: sort.by === by && !sort.down };
}

/** What most people want to do about a finding comes first; what takes text out is never that. */
const FIRST: readonly Action[] = ['move', 'clear-output', 'env', 'allow'];

/** The one action that a row has a button for; the others are in its details. */
export function primaryAction(finding: IFinding): Action | null {
  return FIRST.find(action => finding.actions.includes(action)) ?? null;
}

/** By provider, as many first as there are most of; within one in the given order. */
export function byProvider(findings: readonly IFinding[], others: string): IProviderGroup[] {
  const groups = new Map<string, IFinding[]>();
  for (const finding of findings) {
    const name = finding.provider_name ?? others;
    const group = groups.get(name);
    if (group) {
      group.push(finding);
    } else {
      groups.set(name, [finding]);
    }
  }
  return Array.from(groups, ([name, members]) => ({ name, findings: members })).sort(
    (a, b) => b.findings.length - a.findings.length
  );
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
