/** A finding as the server tells it, for tests. */
import type { IFinding } from '../api/types';

export function finding(given: Partial<IFinding>): IFinding {
  return {
    rule: 'ionq-api-key',
    kind: 'credential',
    provider: 'ionq',
    provider_name: 'IonQ',
    severity: 'high',
    path: 'a.ipynb',
    cell: { index: 0, id: 'a', type: 'code' },
    where: 'source',
    line: 1,
    column: 1,
    end_line: 1,
    end_column: 2,
    file_line: 1,
    match: 'ab…(32)',
    fingerprint: 'f',
    cause: '',
    message: 'IonQ API key',
    remedy: 'Move it.',
    waived: null,
    from: 0,
    to: 1,
    output: null,
    rotation: null,
    actions: ['move'],
    ...given
  };
}
