/** The texts of findings, their actions and the commands. */
import type { TranslationBundle } from '@jupyterlab/translation';

import type { Kind, Offer, Severity } from '../api/types';

export function core(trans: TranslationBundle) {
  const actions: Record<Offer, string> = {
    move: trans.__('Move to Vault'),
    'move-as': trans.__('Move under a name…'),
    env: trans.__('Use environment variable'),
    allow: trans.__('Allow…'),
    remove: trans.__('Remove'),
    'clear-output': trans.__('Clear output')
  };
  const shortActions: Record<Offer, string> = {
    move: trans.__('Move'),
    'move-as': trans.__('Move as…'),
    env: trans.__('Use'),
    allow: trans.__('Allow…'),
    remove: trans.__('Remove'),
    'clear-output': trans.__('Clear')
  };
  const severities: Record<Severity, string> = {
    low: trans.__('low'),
    medium: trans.__('medium'),
    high: trans.__('high'),
    critical: trans.__('critical')
  };
  const kinds: Record<Kind, string> = {
    credential: trans.__('Credential'),
    'sample-data': trans.__('Sample data'),
    'quantum-metadata': trans.__('Quantum metadata'),
    hygiene: trans.__('Hygiene')
  };
  return {
    move: actions.move,
    env: actions.env,
    allow: actions.allow,
    remove: actions.remove,
    clearOutput: actions['clear-output'],
    action: (action: Offer) => actions[action],
    shortAction: (action: Offer) => shortActions[action],
    severity: (severity: Severity) => severities[severity] ?? severity,
    kind: (kind: Kind) => kinds[kind] ?? kind,

    why: (cause: string) => trans.__('Why: %1', cause),
    rotate: trans.__('To rotate it:'),
    findingTitle: (severity: Severity) =>
      trans.__('Finding (%1)', severities[severity] ?? severity),

    cancel: trans.__('Cancel'),
    close: trans.__('Close'),
    show: trans.__('Show'),
    chooseTitle: trans.__('Which finding?'),
    chooseHint: trans.__('Choose the one that you mean'),
    allowTitle: trans.__('Allow this finding'),
    allowButton: trans.__('Allow'),
    reason: trans.__('Reason'),
    reasonHint: trans.__('Why this may stay in the notebook'),
    expires: trans.__('Until (optional)'),
    approvedBy: trans.__('Approved by (optional)'),
    allowed: (rule: string) => trans.__('%1 is allowed here.', rule),
    removeTitle: trans.__('Remove the text?'),
    removeBody: (match: string, cell: string) =>
      cell
        ? trans.__('%1 is taken out of cell %2. It isn’t stored anywhere else.', match, cell)
        : trans.__('%1 is taken out of the file. It isn’t stored anywhere else.', match),

    moved: (reference: string) =>
      trans.__('Moved to Vault: %1. Undo won’t bring the value back.', reference),
    outputOfCell: (output: number, cell: string) => trans.__('output %1 of cell %2', output, cell),
    leftInOutputs: (places: string) =>
      trans.__('The value is still in %1: clear it before you save.', places),
    rotateNow: trans.__('Rotate it: steps'),
    rotateTitle: (provider: string) => trans.__('Rotate the credential of %1', provider),
    leftIn: (cells: string, why: string) => trans.__('It is still in cell %1: %2', cells, why),
    movingMany: (count: number) =>
      trans._n('Moving %1 finding to Vault…', 'Moving %1 findings to Vault…', count),
    movedMany: (count: number) =>
      trans._n('%1 finding moved to Vault.', '%1 findings moved to Vault.', count),
    movedSome: (done: number, left: number, why: string) =>
      trans.__('%1 moved to Vault, %2 not: %3', done, left, why),
    returned: (reference: string, cell: string) =>
      cell
        ? trans.__('The value of %1 is back in cell %2.', reference, cell)
        : trans.__('The value of %1 is back in the file.', reference),
    replaceAgain: trans.__('Put the lookup back'),

    refused: trans.__('nbguard: this wasn’t done'),
    more: trans.__('More'),
    gone: trans.__('This finding isn’t there any more.'),
    changed: trans.__(
      'The notebook was edited meanwhile, so it wasn’t changed. Try again: nothing is lost.'
    ),
    notInSource: trans.__('Only text in a cell’s source can be removed.'),
    readOnly: trans.__('This notebook is read-only.'),
    outputsTooLarge: trans.__(
      'The outputs are too large for the server: sources only are scanned.'
    ),
    noFindings: trans.__('nbguard finds nothing in this notebook.'),
    noFindingHere: trans.__('There is no finding at the cursor or in this cell.'),

    category: trans.__('nbguard'),
    scanLabel: trans.__('Scan this notebook'),
    toggleLabel: trans.__('Scan notebooks while typing'),
    nextLabel: trans.__('Next finding'),
    previousLabel: trans.__('Previous finding'),
    detailsLabel: trans.__('Show the finding at the cursor'),
    moveLabel: trans.__('Move the finding to Vault'),
    moveAsLabel: trans.__('Move the finding to Vault under a name…'),
    storeAs: trans.__('Store it as'),
    useExisting: trans.__('Or use a secret that is in Vault'),
    noExisting: trans.__('None: store the value'),
    existingNote: trans.__(
      'The value here is compared with the one in Vault. Nothing is stored or overwritten.'
    ),
    otherTitle: trans.__('Vault holds another value'),
    otherBody: trans.__(
      'Use the one in Vault all the same, as after a rotation? The value here is stored nowhere.'
    ),
    useOther: trans.__('Use the one in Vault'),
    envLabel: trans.__('Use an environment variable for the finding'),
    allowLabel: trans.__('Allow the finding…'),
    removeLabel: trans.__('Remove the finding…'),
    cellLabel: trans.__('Findings in this cell'),
    looking: trans.__('nbguard: looking…'),
    clean: trans.__('nbguard: nothing found'),
    found: (count: number) => trans._n('nbguard: %1 finding', 'nbguard: %1 findings', count),
    off: trans.__('nbguard: scanning is off'),
    failed: (why: string) => trans.__('nbguard: %1', why)
  };
}
