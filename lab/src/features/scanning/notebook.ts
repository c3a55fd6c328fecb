/** The findings of one open notebook: scanned when it changes, kept where its cells are. */
import type { DocumentRegistry } from '@jupyterlab/docregistry';
import type { INotebookModel } from '@jupyterlab/notebook';
import { ISignal, Signal } from '@lumino/signaling';

import { ApiError } from '../../shared/api/client';
import { IEdit, IFinding, INotebookRequest, Offer, Style } from '../../shared/api/types';
import { byCell, inText, ordered, reindexed } from '../../shared/findings/findings';
import { MovedValues, untouched } from '../../shared/findings/moved-values';
import { isConsole } from '../../shared/consoles/console-model';
import { IRange, shift } from '../../shared/text/ranges';
import { INotebookFindings, IOutcome, IPlace, ISpot } from '../../shared/tokens/nbguard';
import { act } from './act';
import { Actions } from './actions';
import { Collector, ICollector, sameOutputs, sizeOf } from './collect';
import { FileCollector } from './collect-file';
import type { IActedOn, IHost } from './host';
import { insertLookup } from './insertion';
import { isNotebook } from './parts';
import { ScanRequests } from './requests';
import { Attention } from './attention';
import { Scanner } from './scanner';

/** JSON of outputs above this many characters is sent when typing pauses for longer, not at each pause. */
const LARGE_OUTPUTS = 256 * 1024;
const LARGE_OUTPUTS_DELAY = 3000;
/** Milliseconds before a scan that failed for a reason that may pass is tried again; doubled up to a minute. */
const RETRY = 5000;

export class NotebookFindings implements IActedOn {
  constructor(
    readonly context: DocumentRegistry.IContext<DocumentRegistry.IModel>,
    private readonly host: IHost
  ) {
    this.collector = isNotebook(context.model)
      ? new Collector(context as DocumentRegistry.IContext<INotebookModel>, () => this.onChange())
      : new FileCollector(context);
    this.actions = new Actions(this, host);
    this.attention = new Attention(
      () => host.inSight(context),
      () => void this.scanNow()
    );
    this.requests = new ScanRequests(host.serverSettings);
    this.scanner = new Scanner(
      () => this.scan(),
      host.settings.debounce,
      undefined,
      () => this.attention.given
    );
    context.model.contentChanged.connect(this.onChange, this);
    context.pathChanged.connect(this.onPath, this);
    this.attention.ask();
  }

  get isFile(): boolean {
    return !isConsole(this.context.model);
  }

  get findings(): readonly IFinding[] {
    return this.open;
  }

  get waived(): readonly IFinding[] {
    return this.accepted;
  }

  get state(): INotebookFindings['state'] {
    if (!this.host.settings.enabled) {
      return 'off';
    }
    return this.looked || this.progress === 'failed' ? this.progress : 'new';
  }

  get error(): string | null {
    return this.reason;
  }

  get changed(): ISignal<this, void> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this.scanner.isDisposed;
  }

  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    clearTimeout(this.later);
    this.scanner.dispose();
    this.collector.dispose();
    Signal.disconnectReceiver(this);
    Signal.clearData(this);
  }

  inCell(id: string): readonly IFinding[] {
    return this.groups.get(id) ?? [];
  }

  scanNow(): Promise<void> {
    return this.host.settings.enabled ? this.scanner.now() : this.switchOff();
  }

  refresh(): void {
    this.scanner.delay = this.host.settings.debounce;
    this.scanned = '';
    this.attention.ask();
  }

  seen(): void {
    this.attention.look();
  }

  request(): INotebookRequest {
    return this.collector.request(false);
  }

  question(): string {
    const { settings } = this.host;
    return this.requests.questionOf(this.collector.body(settings.outputs && !this.tooLarge));
  }

  /** With outputs, for an action on a finding in one. */
  requestWithOutputs(): INotebookRequest {
    return this.collector.request(true);
  }

  /** Where the finding is in the source as it is now; null when it isn't in a source, or an edit touched it. */
  place(finding: IFinding, source: string): IRange | null {
    if (!inText(finding) || finding.from === null || finding.to === null) {
      return null;
    }
    const scanned = this.sources.get(finding.cell?.id ?? '');
    return scanned === undefined
      ? null
      : shift({ from: finding.from, to: finding.to }, scanned, source);
  }

  move(finding: IFinding, style?: Style): Promise<boolean> {
    return this.actions.move(finding, style ?? this.host.settings.style);
  }

  moveAs(finding: IFinding, style?: Style): Promise<boolean> {
    return this.actions.moveAs(finding, style ?? this.host.settings.style);
  }

  moveAll(findings: readonly IFinding[], style?: Style): Promise<IOutcome> {
    return this.actions.moveAll(findings, style ?? this.host.settings.style);
  }

  env(finding: IFinding): Promise<boolean> {
    return this.actions.move(finding, 'env');
  }

  allow(finding: IFinding): Promise<boolean> {
    return this.actions.allow(finding);
  }

  remove(finding: IFinding): Promise<boolean> {
    return this.actions.remove(finding);
  }

  clearOutput(finding: IFinding): Promise<boolean> {
    return this.actions.clearOutput(finding);
  }

  act(offer: Offer, finding: IFinding): Promise<boolean> {
    return act(this, offer, finding);
  }

  insertLookup(reference: string, at: ISpot): Promise<boolean> {
    return insertLookup(this, this.host, reference, at);
  }

  jumpTo(place: IPlace): Promise<void> {
    return this.host.reveal(this, place);
  }

  guard(fingerprint: string, reference: string, edits: readonly IEdit[]): void {
    this.moved.add(fingerprint, reference, untouched([...this.open, ...this.accepted], edits));
  }

  private onPath(): void {
    this.requests.forget();
    this.onChange();
  }

  private onChange(): void {
    if (this.host.settings.enabled && this.attention.given) {
      this.scanner.touch();
    }
  }

  private async switchOff(): Promise<void> {
    this.scanner.stop();
    clearTimeout(this.later);
    this.scanned = '';
    this.looked = false;
    this.settle([], 0);
  }

  private async scan(): Promise<void> {
    const { settings } = this.host;
    const withOutputs = settings.outputs && !this.tooLarge;
    const whole = this.collector.body(withOutputs);
    let body = whole;
    const began = this.moved.moves;
    const postponed =
      withOutputs &&
      sizeOf(body.outputs) > LARGE_OUTPUTS &&
      sameOutputs(body.outputs, this.outputs);
    clearTimeout(this.later);
    if (postponed) {
      body = this.collector.body(false);
      this.later = setTimeout(() => {
        this.outputs = null;
        this.attention.ask();
      }, LARGE_OUTPUTS_DELAY);
    }
    if (body.text === this.scanned) {
      // Editors may show less than is known: undo drops a range, and is back at the text of the last scan.
      this._changed.emit();
      // Undo right after a move is back at that text, too.
      this.tellReturned(began);
      return;
    }
    this.progress = 'scanning';
    this._changed.emit();
    try {
      const answer = await this.requests.send(whole, !postponed);
      if (this.isDisposed || !this.host.settings.enabled) {
        return;
      }
      this.scanned = body.text;
      this.sources = body.sources;
      this.retry = RETRY;
      this.progress = 'idle';
      this.looked = true;
      this.reason = this.tooLarge ? this.host.strings.outputsTooLarge : null;
      if (postponed) {
        const kept = [...this.open, ...this.accepted].filter(finding => finding.output !== null);
        this.settle([...answer.findings, ...reindexed(kept, [...body.sources.keys()])], began);
      } else {
        this.outputs = body.outputs;
        this.settle(answer.findings, began);
      }
    } catch (error) {
      this.fail(error);
    }
  }

  /** @param began - How many moves there were when the sources were taken that the findings are of. */
  private settle(findings: readonly IFinding[], began: number): void {
    const all = ordered(findings);
    this.open = all.filter(finding => !finding.waived);
    this.accepted = all.filter(finding => finding.waived);
    this.groups = byCell(this.open);
    this._changed.emit();
    this.tellReturned(began);
  }

  private tellReturned(began: number): void {
    const all = [...this.open, ...this.accepted];
    const back = this.moved.returned(all, began).filter(finding => !finding.waived);
    if (back.length) {
      this.actions.tellReturned(back, this.moved);
    }
  }

  private fail(error: unknown): void {
    if (this.isDisposed) {
      return;
    }
    this.scanned = '';
    if (
      error instanceof ApiError &&
      error.status === 413 &&
      !this.tooLarge &&
      this.host.settings.outputs
    ) {
      this.tooLarge = true;
      this.scanner.touch();
      return;
    }
    this.progress = 'failed';
    this.reason = error instanceof Error ? error.message : String(error);
    // A refusal (no server part, no permission, a body the server can't read) won't pass by itself.
    if (!(error instanceof ApiError) || error.status >= 500) {
      this.later = setTimeout(() => this.attention.ask(), this.retry);
      this.retry = Math.min(60_000, 2 * this.retry);
    }
    this._changed.emit();
  }

  private readonly _changed = new Signal<this, void>(this);
  private readonly actions: Actions;
  private readonly collector: ICollector;
  private readonly scanner: Scanner;
  private readonly requests: ScanRequests;
  private readonly attention: Attention;
  private readonly moved = new MovedValues();
  private open: readonly IFinding[] = [];
  private accepted: readonly IFinding[] = [];
  private groups: ReadonlyMap<string, readonly IFinding[]> = new Map();
  private progress: 'idle' | 'scanning' | 'failed' = 'idle';
  private looked = false;
  private reason: string | null = null;
  /** What the findings are of. */
  private scanned = '';
  private sources: ReadonlyMap<string, string> = new Map();
  private outputs: ReadonlyMap<string, string> | null = null;
  private tooLarge = false;
  private later: ReturnType<typeof setTimeout> | undefined;
  private retry = RETRY;
}
