/** Texts of the side panels, the status bar item, the marks at outputs, and the toasts. */
import type { TranslationBundle } from '@jupyterlab/translation';

export function panels(trans: TranslationBundle) {
  return {
    ...findings(trans),
    ...moving(trans),
    ...status(trans),
    ...outputs(trans),
    ...references(trans),
    ...others(trans)
  };
}

function findings(trans: TranslationBundle) {
  const columns = {
    severity: trans.__('Severity'),
    name: trans.__('Finding'),
    place: trans.__('Cell'),
    line: trans.__('Line')
  };
  return {
    panelTitle: trans.__('nbguard: findings'),
    panelCaption: trans.__('What nbguard found in this notebook'),
    showPanel: trans.__('Show Findings'),
    findings: (n: number) => trans._n('%1 finding', '%1 findings', n),
    nFindings: (n: number, word: string) => trans.__('%1 %2', n, word),
    shown: (n: number, all: number) => trans.__('%1 of %2 shown', n, all),
    noNotebook: trans.__('Open a notebook or a file, and what is found in it is listed here.'),
    nothing: trans.__('Nothing found here.'),
    nothingHint: trans.__('It is scanned again whenever you change it.'),
    moreFindings: (n: number) =>
      trans._n(
        '%1 more is not shown: filter the list.',
        '%1 more are not shown: filter the list.',
        n
      ),
    noMatch: trans.__('No finding matches the filter.'),
    resetFilter: trans.__('Show all'),
    scanOff: trans.__('Scanning is off.'),
    turnOn: trans.__('Turn on'),
    scanFailed: trans.__('The scan failed:'),
    scanning: trans.__('Scanning…'),
    rescan: trans.__('Scan again'),
    filterText: trans.__('Filter findings'),
    filterKind: trans.__('Kind'),
    filterSeverity: trans.__('Severity'),
    allKinds: trans.__('Any kind'),
    allSeverities: trans.__('Any severity'),
    andAbove: (severity: string) => trans.__('%1 and above', severity),
    cell: (n: number) => trans.__('Cell %1', n),
    wholeNotebook: trans.__('The file itself'),
    findingsTable: trans.__('Findings'),
    allowedTable: trans.__('Allowed findings'),
    column: (column: 'severity' | 'name' | 'place' | 'line') => columns[column],
    columnAction: trans.__('Action'),
    sortBy: (column: string) => trans.__('Sort by: %1', column),
    shortOutput: (cell: string, output: number) => trans.__('%1 out %2', cell, output),
    inLine: (line: number) => trans.__('line %1', line),
    inOutput: (output: number, line: number) => trans.__('output %1, line %2', output, line),
    inTraceback: (output: number) => trans.__('traceback in output %1', output),
    inMetadata: trans.__('metadata'),
    inAttachment: trans.__('attachment'),
    inWidget: trans.__('widget state'),
    go: (what: string) => trans.__('Go to: %1', what),
    details: trans.__('Why, and what to do'),
    rotateSteps: trans.__('Revoke or rotate it:'),
    rotateAt: (provider: string) => trans.__('Open the page of %1', provider),
    provider: trans.__('the provider'),
    allowedCount: (n: number) => trans._n('%1 allowed', '%1 allowed', n),
    waiverReason: (text: string) => trans.__('Reason: %1', text),
    noReason: trans.__('No reason given.'),
    waiverUntil: (date: string) => trans.__('Until %1.', date),
    waiverBy: (name: string) => trans.__('Approved by %1.', name)
  };
}

function moving(trans: TranslationBundle) {
  return {
    moveAll: (n: number) =>
      trans._n('Move %1 credential to Vault…', 'Move %1 credentials to Vault…', n),
    moveTitle: trans.__('Move to Vault?'),
    moveExplained: trans.__(
      'Each value is written to Vault, read back and compared; then a lookup takes its place in the cell. Save the notebook afterwards.'
    ),
    moveLegend: trans.__('Credentials to move'),
    allOf: (n: number, provider: string) => trans.__('%2: all %1', n, provider),
    otherProviders: trans.__('Other credentials'),
    moveAccept: trans.__('Move'),
    movingProgress: (done: number, all: number) => trans.__('Moved %1 of %2…', done, all),
    movedAll: (n: number) => trans._n('%1 moved to Vault.', '%1 moved to Vault.', n),
    movedNot: (n: number) => trans._n('%1 was not moved:', '%1 were not moved:', n)
  };
}

function status(trans: TranslationBundle) {
  const save: Record<string, string> = {
    off: trans.__('On save: nothing is checked'),
    warn: trans.__('On save: a warning'),
    strip: trans.__('On save: outputs are left out of the file'),
    block: trans.__('On save: refused while there are findings')
  };
  return {
    save: (mode: string) => save[mode] ?? trans.__('On save: %1', mode),
    zone: (name: string) => trans.__('zone %1', name),
    bundle: (title: string) => trans.__('Policy of %1', title),
    vaultOk: (address: string) => trans.__('Vault: %1', address),
    vaultNotConfigured: trans.__('Vault: not set up (VAULT_ADDR is not set)'),
    vaultUnreachable: (address: string) => trans.__('Vault: %1 cannot be reached', address),
    vaultRefused: (address: string) => trans.__('Vault: %1 refuses the login', address),
    vaultUnchecked: (address: string) => trans.__('Vault: %1, not asked yet', address),
    missing: trans.__('nbguard: server part missing'),
    missingHint: trans.__(
      'The Jupyter server has no nbguard. Install it where the server runs (as docs/jupyter.md of the project says), restart the server and reload this page.'
    ),
    statusOff: trans.__('nbguard: off'),
    statusFailed: trans.__('nbguard: scan failed'),
    statusScanning: trans.__('nbguard: scanning…'),
    statusOk: trans.__('nbguard: OK'),
    statusFindings: (n: number) => trans._n('nbguard: %1 finding', 'nbguard: %1 findings', n),
    statusNotSaved: (status: string) => trans.__('%1, not saved', status),
    statusCaption: trans.__('Show what nbguard found')
  };
}

function outputs(trans: TranslationBundle) {
  return {
    outputHolds: (n: number, what: string) => trans.__('Output %1: %2', n, what),
    outputsRegion: (n: number) =>
      trans._n(
        '%1 finding in the outputs of this cell',
        '%1 findings in the outputs of this cell',
        n
      ),
    textRegion: (n: number) => trans._n('%1 finding in this cell', '%1 findings in this cell', n),
    moreOutputs: (n: number) =>
      trans._n('%1 more is in the panel.', '%1 more are in the panel.', n),
    showInPanel: trans.__('Show in panel'),
    masked: (n: number) => trans._n('%1 value masked', '%1 values masked', n),
    maskedHint: trans.__(
      'The kernel replaced secret values in the outputs by their references. Go to the next one.'
    )
  };
}

function references(trans: TranslationBundle) {
  const states: Record<string, string> = {
    ok: trans.__('resolves'),
    missing: trans.__('not found'),
    denied: trans.__('no permission'),
    unreachable: trans.__('Vault not reached'),
    unconfigured: trans.__('Vault not set up'),
    deleted: trans.__('deleted')
  };
  return {
    secretsTitle: trans.__('nbguard: secrets'),
    secretsCaption: trans.__('The secrets that this notebook looks up'),
    showSecrets: trans.__('Show Secrets of the Notebook'),
    referenceState: (state: string) => states[state] ?? state,
    references: (n: number) => trans._n('%1 reference', '%1 references', n),
    unresolved: (n: number) => trans._n('%1 does not resolve', '%1 do not resolve', n),
    noReferences: trans.__('This notebook looks up no secret.'),
    noReferencesHint: trans.__(
      'Move a credential to Vault, or write secret("path#key"), and it is listed here.'
    ),
    referencesFailed: trans.__('Vault could not be asked:'),
    asking: trans.__('Asking Vault…'),
    refresh: trans.__('Ask Vault again'),
    version: (n: number) => trans.__('version %1', n),
    created: (date: string, age: string) => trans.__('written %1 (%2)', date, age),
    inMount: (mount: string) => trans.__('in mount %1', mount),
    unresolvedTip: (state: string) => trans.__('This secret does not resolve: %1.', state),
    valueNotShown: trans.__('The value is not shown.')
  };
}

function others(trans: TranslationBundle) {
  const notDone: Record<string, (name: string) => string> = {
    copied: name => trans.__('%1 was not made: the copy would hold what was found.', name),
    renamed: name => trans.__('%1: the file was not renamed.', name),
    restored: name => trans.__('%1: the checkpoint was not restored.', name),
    downloaded: name =>
      trans.__('%1 was not downloaded: what was found would leave with it.', name),
    exported: name => trans.__('%1 was not exported: what was found would leave with it.', name)
  };
  const doneWith: Record<string, (name: string) => string> = {
    copied: name => trans.__('%1: the copy holds what was found.', name),
    renamed: name => trans.__('%1 was renamed with findings.', name),
    restored: name => trans.__('%1 was restored with findings.', name),
    downloaded: name => trans.__('%1 was downloaded with findings: pass it on to nobody.', name),
    exported: name => trans.__('%1 was exported with findings: pass it on to nobody.', name)
  };
  return {
    notDone: (deed: string, name: string) =>
      notDone[deed]?.(name) ?? trans.__('%1 was not changed.', name),
    notSaved: trans.__('Not saved'),
    notSavedSince: (when: string) => trans.__('Saves of this file are refused since %1.', when),
    saveAgain: trans.__('Save again'),
    saveBlocked: (path: string) => trans.__('%1 was not saved.', path),
    saveStripped: (path: string) => trans.__('%1 was saved without its outputs.', path),
    doneWarned: (deed: string, name: string) =>
      doneWith[deed]?.(name) ?? trans.__('%1 was saved with findings.', name),
    saveWayOut: trans.__('Move it to Vault or take it out, then save again.'),
    saveFailed: (path: string) => trans.__('%1 was saved unchecked.', path),
    commitRefused: (names: string) =>
      trans.__('The commit was refused. There are findings in %1.', names),
    showFindings: trans.__('Show findings'),
    connectorTaken: trans.__(
      'The secrets manager keeps its own store: disable the plugin jupyter-secrets-manager:connector to keep its secrets in Vault.'
    )
  };
}
